import { lstatSync, mkdirSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { MachineEvent } from '../events/event.ts'
import { isAlive, type ProcessId, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import type { Places } from '../plan/places.ts'
import type { Record } from '../state/record.ts'
import { clearRunDirectory } from './clear-run-directory.ts'

const KILL_MS = 10_000

/**
 * Removes what a run left that could not clean up itself. Only called with the machine's lock held, so whatever is found is stale.
 * Says what it removed: nobody should wonder where a socket went.
 */
export const cleanStale = async (
  places: Places,
  previous: Record | undefined,
  report: (event: MachineEvent) => void,
): Promise<void> => {
  for (const process of leftovers(previous)) {
    signal(process, 'SIGKILL')
    await waitUntil(() => (isAlive(process) ? undefined : true), KILL_MS)
    report({ kind: 'cleaned', what: `${process.name} (pid ${process.pid}) of an earlier run` })
  }
  const names = clearRunDirectory(places.run)
  if (names.length > 0) report({ kind: 'cleaned', what: `${names.join(', ')} of an earlier run` })
}

const leftovers = (previous: Record | undefined): (ProcessId & { name: string })[] => {
  if (previous === undefined) return []
  const { vmm, helpers, hypervisor } = previous
  const all = [...(vmm === null ? [] : [{ ...vmm, name: hypervisor.name }]), ...helpers]
  return all.filter(isAlive)
}

/**
 * Makes the run directory, 0700, owned by us.
 * @throws MicrovmError HOST_PERMISSION when it cannot be made, or when somebody else has made it (a name in /tmp can be taken).
 */
export const makeRunDirectory = (places: Places, uid: number): void => {
  try {
    mkdirSync(places.run, { recursive: true, mode: 0o700 })
    mkdirSync(places.secrets, { mode: 0o700 })
  } catch (error) {
    throw new MicrovmError('HOST_PERMISSION', `The run directory ${places.run} cannot be made.`, {
      because: (error as Error).message,
      fix: 'Set MICROVM_RUNTIME_DIR to a directory you can write to.',
    })
  }
  if (lstatSync(places.run).uid !== uid)
    throw new MicrovmError('HOST_PERMISSION', `The run directory ${places.run} belongs to somebody else.`, {
      fix: 'Remove it, or set MICROVM_RUNTIME_DIR to a directory of your own.',
    })
}
