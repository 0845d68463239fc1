/**
 * One systemd credential as an SMBIOS type 11 string (systemd.exec(5), CREDENTIALS; systemd 252 and newer).
 * Printable ASCII travels as it is, so that `dmidecode` shows it; anything else in base64: an SMBIOS string ends at a NUL,
 * and an empty one ends the whole table.
 */
export const credentialString = (name: string, value: string | Uint8Array): string => {
  const plain = typeof value === 'string' ? value : undefined
  if (plain !== undefined && /^[\x20-\x7e]*$/.test(plain)) return `io.systemd.credential:${name}=${plain}`
  return `io.systemd.credential.binary:${name}=${base64(value)}`
}

/** Name and value of such a string, undefined when it is none. For showing public ones. */
export const readCredentialString = (
  text: string,
): { readonly name: string; readonly value: string } | undefined => {
  const [, binary, name, value = ''] = /^io\.systemd\.credential(\.binary)?:([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined) return undefined
  return { name, value: binary === undefined ? value : Buffer.from(value, 'base64').toString() }
}

/**
 * The same on the kernel command line, where there is no SMBIOS (aarch64). World-readable in the guest: never for secrets.
 * A blank would end the parameter, hence base64 for all but plain words (systemd 254 and newer).
 */
export const credentialParameter = (name: string, value: string): string =>
  /^[\w.:/@+,-]*$/.test(value)
    ? `systemd.set_credential=${name}:${value}`
    : `systemd.set_credential_binary=${name}:${base64(value)}`

const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString('base64')
