import { join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'

export type HostLayout = {
  readonly prefix: string
  /** Copies of the program, and the manifest. */
  readonly program: string
  /** `microvm` for the shell, where the program had to be copied; `/etc` has no place for it. */
  readonly launcher: string | undefined
  /** Whether the host's systemd reads what lies there; else it is a staging directory, and nothing is activated. */
  readonly live: boolean
}

/** systemd.unit(5), "UNIT FILE LOAD PATH". */
const LIVE = ['/usr/local', '/usr', '/etc']

/** @throws MicrovmError USAGE for a relative prefix. */
export const hostLayout = (prefix: string): HostLayout => {
  if (!prefix.startsWith('/'))
    throw new MicrovmError('USAGE', `The prefix must be an absolute path, not "${prefix}".`, {
      fix: 'For example: --prefix /usr/local',
    })
  const etc = prefix.endsWith('/etc')
  return {
    prefix,
    program: join(prefix, etc ? 'microvm-program' : 'lib/microvm'),
    launcher: etc ? undefined : join(prefix, 'bin/microvm'),
    live: LIVE.includes(prefix),
  }
}
