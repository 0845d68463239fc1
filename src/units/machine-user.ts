/** Linux names of users have at most 31 characters (utmp); systemd holds `User=` to that. */
const USER_MAX = 31
const PREFIX = 'microvm-'

/** The user one machine runs as. Machine names too long for a user name get a hash in their place. */
export const machineUser = (machine: string): string => {
  const plain = `${PREFIX}${machine}`
  return plain.length <= USER_MAX ? plain : `${PREFIX}${machine.slice(0, 13)}_${hash(machine)}`
}

/** Whether the template's `User=microvm-%i` is right as it is. */
export const fitsUserName = (machine: string): boolean => `${PREFIX}${machine}`.length <= USER_MAX

/** FNV-1a, 32 bits: to tell names apart, not to protect anything. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return value.toString(16).padStart(8, '0')
}
