import { lstatSync } from 'node:fs'
import { runProgram } from '../host/run-program.ts'
import { placesOf } from '../plan/places.ts'
import { SYSTEM_DIRECTORIES } from '../units/host-facts.ts'
import { askSystemd } from './systemctl.ts'
import { unitOf } from './unit-state.ts'

/**
 * Whether a machine belongs to `microvm@NAME.service`: systemd keeps the state of a unit with a dynamic user behind a link. Such a machine's record is written
 * by its own user, so what is in it (pids!) is not acted upon by root; systemd knows its processes.
 */
export const isUnitMachine = (state: string, machine: string): boolean =>
  state === SYSTEM_DIRECTORIES.state && isLink(placesOf(SYSTEM_DIRECTORIES, machine).state)

/** What this user may not look at does not exist for them: below a directory of mode 0700 lstat(2) fails. */
const isLink = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    return false
  }
}

/** The stop timeout of a unit and all the supervisor does after it; a definition may ask for a day. */
const STOP_MS = 86_400_000

/** Stops the unit. With `force` the supervisor is told to lose its patience. @throws MicrovmError of systemctl. */
export const stopUnit = async (machine: string, force: boolean, escalate: AbortSignal): Promise<void> => {
  const unit = unitOf(machine)
  const hurry = (): void => {
    for (const signal of ['TERM', 'INT'])
      void askSystemd('systemctl', 'kill', '--kill-whom=main', `--signal=${signal}`, unit).catch(
        () => undefined,
      )
  }
  if (force || escalate.aborted) hurry()
  escalate.addEventListener('abort', hurry)
  try {
    await runProgram('systemctl', ['stop', '--', unit], { timeoutMs: STOP_MS })
  } finally {
    escalate.removeEventListener('abort', hurry)
  }
}
