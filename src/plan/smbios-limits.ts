import type { Problem } from '../errors/problem.ts'

/** SMBIOS counts the strings of a structure in one byte; cloud-hypervisor wraps silently beyond. */
const MAX_STRINGS = 255
/** The whole area is 64 KiB and cloud-hypervisor has no check at its end: what follows is the kernel. Room for the other tables is left. */
const MAX_BYTES = 48 * 1024
/** Up to systemd 256 the guest reads only the first page of the table (fixed in 257). */
const OLD_GUEST_BYTES = 3900
const OLD_GUEST = 256

type Limits = {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Whether strings fit SMBIOS type 11. `systemd` is the guest's version, where known. */
export const checkSmbiosStrings = (
  name: string,
  strings: readonly string[],
  systemd: number | undefined,
): Limits => {
  const at = ['machines', name, 'credentials']
  const bytes = strings.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  const problems: Problem[] = []
  const warnings: Problem[] = []
  if (strings.length > MAX_STRINGS)
    problems.push({
      code: 'CREDENTIAL_TOO_LARGE',
      at,
      message: `${strings.length} credentials and OEM strings are more than the ${MAX_STRINGS} SMBIOS can hold.`,
      fix: 'Put several values into one credential, or into a volume or share.',
    })
  if (bytes > MAX_BYTES)
    problems.push({
      code: 'CREDENTIAL_TOO_LARGE',
      at,
      message: `Credentials and OEM strings take ${bytes} bytes; at most ${MAX_BYTES} fit.`,
      because: 'They travel in the SMBIOS area of the guest, 64 KiB in all, binary ones in base64.',
      fix: 'Put large values into a volume or share.',
    })
  else if (systemd !== undefined && systemd <= OLD_GUEST && bytes > OLD_GUEST_BYTES)
    warnings.push({
      code: 'CREDENTIAL_TOO_LARGE',
      at,
      message: `Credentials take ${bytes} bytes, and systemd ${systemd} in the guest reads only the first 4096.`,
      because: 'Up to version 256 systemd reads one page of the SMBIOS strings; later ones are lost.',
      fix: 'Use a guest with systemd 257 or newer, or put large values into a volume or share.',
    })
  for (const [index, text] of strings.entries())
    if (text === '' || text.includes('\0'))
      problems.push({
        code: 'DEFINITION_VALUE',
        at: ['machines', name, 'platform', 'oemStrings', index],
        message: 'An SMBIOS string cannot be empty or hold a NUL.',
        because: 'It would end the table, and the guest would lose what follows.',
        fix: 'Remove it.',
      })
  return { problems, warnings }
}
