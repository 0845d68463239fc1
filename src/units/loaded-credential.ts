/** The name under which systemd hands over the value of a credential's file: root can read the file, the machine's user need not. */
export const loadedCredential = (name: string): string => `microvm.${name}`
