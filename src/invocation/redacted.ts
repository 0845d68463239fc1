/** What stands where a secret was, in everything that is printed. */
export const placeholder = (name: string): string => `<secret:${name}>`

/** A credential string of SMBIOS with its value replaced, if it is one of the secrets; any other string as it is. */
export const redactedCredential = (text: string, secretNames: readonly string[]): string => {
  const [, head, name] = /^(io\.systemd\.credential(?:\.binary)?:([^=]+)=)/.exec(text) ?? []
  return head !== undefined && name !== undefined && secretNames.includes(name)
    ? `${head}${placeholder(name)}`
    : text
}
