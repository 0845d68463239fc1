import type { Outcome } from '../events/event.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { acquireLock } from '../host/lock.ts'
import { isAlive, type ProcessId, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import type { Places } from '../plan/places.ts'
import { readRecord, writeRecord } from '../state/store.ts'
import { removeRunDirectory } from './clear-run-directory.ts'
import { killLeftovers } from './kill-leftovers.ts'

/** A killed process is gone at once, unless the kernel holds it in a system call. */
const KILL_MS = 10_000
const LOCK_MS = 10_000

/**
 * Ends a machine whose supervisor does not answer: kills that one, its hypervisor and its helpers (each known by pid and start time), clears the run
 * directory, secrets included, and records the end. A power cut for the guest.
 *
 * @param record the record of that supervisor, which may be in another state directory than ours.
 * @throws MicrovmError WAIT_TIMEOUT when even SIGKILL does not end it.
 */
export const endWithoutSupervisor = async (
  machine: string,
  places: Places,
  record: string,
  supervisor: ProcessId,
  onNote: (note: string) => void,
): Promise<Outcome> => {
  const known = readQuietly(record)
  signal(supervisor, 'SIGKILL')
  if ((await waitUntil(() => (isAlive(supervisor) ? undefined : true), KILL_MS)) === undefined)
    throw new MicrovmError(
      'WAIT_TIMEOUT',
      `The supervisor of "${machine}" (pid ${supervisor.pid}) cannot be killed.`,
      {
        machine,
        because: 'The kernel holds it in a system call, on a device or a file system that does not answer.',
        fix: `"cat /proc/${supervisor.pid}/stack" shows where. When that device answers again, run "microvm down ${machine} --force" once more.`,
      },
    )
  if (known !== undefined) await killLeftovers(known)
  onNote(`Its supervisor (pid ${supervisor.pid}) did not answer, so the machine was ended without it.`)
  const lock = await acquireLock(places.runLock, { waitMs: LOCK_MS })
  try {
    if (lock !== undefined) removeRunDirectory(places, [lock.fd])
  } finally {
    lock?.release()
  }
  if (known !== undefined)
    writeRecord(record, {
      ...known,
      state: 'stopped',
      since: new Date().toISOString(),
      because: 'It was ended by force, without its supervisor, which did not answer.',
      outcome: 'killed',
      vmm: null,
      helpers: [],
      restartAt: null,
    })
  return 'killed'
}

const readQuietly = (path: string) => {
  try {
    return readRecord(path)
  } catch {
    return undefined
  }
}
