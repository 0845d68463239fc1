import { existsSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { runProgram } from '../host/run-program.ts'

const SYSTEMCTL_MS = 60_000

/** Output of a `systemctl` (or other systemd tool) that is only asked. @throws MicrovmError PROGRAM_MISSING, PROGRAM_FAILED. */
export const askSystemd = async (program: string, ...args: string[]): Promise<string> =>
  (await runProgram(program, args, { timeoutMs: SYSTEMCTL_MS })).stdout

/** sd_booted(3). */
export const systemdRuns = (): boolean => existsSync('/run/systemd/system')

/** @throws MicrovmError PROGRAM_MISSING where this host is not run by systemd. */
export const needSystemd = (): void => {
  if (systemdRuns()) return
  throw new MicrovmError('PROGRAM_MISSING', 'This host is not run by systemd.', {
    because: 'There is no /run/systemd/system.',
    fix: 'Use "microvm up", which needs no service manager.',
  })
}

/** e.g. 257. @throws MicrovmError PROGRAM_MISSING. */
export const systemdVersion = async (): Promise<number> => {
  const text = await askSystemd('systemctl', '--version')
  return Number(/\d+/.exec(text)?.[0] ?? 0)
}
