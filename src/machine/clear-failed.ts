import { acquireLock } from '../host/lock.ts'
import { isAlive } from '../host/proc.ts'
import type { Places } from '../plan/places.ts'
import { readRecord, writeRecord } from '../state/store.ts'
import { removeRunDirectory } from './clear-run-directory.ts'
import { killLeftovers } from './kill-leftovers.ts'
import type { StopOptions } from './request-stop.ts'

/**
 * Clears a machine that failed, as `systemctl reset-failed` does: from now on it counts as stopped. Where its supervisor was killed, what that left behind
 * is ended and removed, secrets included.
 */
export const clearFailed = async (
  places: Places,
  machine: string,
  { onNote }: StopOptions,
): Promise<void> => {
  const record = readRecord(places.record)
  if (record === undefined || record.state === 'stopped' || isAlive(record.supervisor)) return
  const ended = await killLeftovers(record)
  const lock = await acquireLock(places.lock)
  // Somebody starts it.
  if (lock === undefined) return
  try {
    // The sockets of another state directory's machine of that name may live there.
    const runLock = await acquireLock(places.runLock)
    if (runLock !== undefined) removeRunDirectory(places, [runLock.fd])
    runLock?.release()
    writeRecord(places.record, {
      ...record,
      state: 'stopped',
      since: new Date().toISOString(),
      because: `It had failed, and was cleared: ${record.failure?.message ?? record.because}`,
      failure: null,
      vmm: null,
      helpers: [],
      restartAt: null,
    })
    for (const what of ended) onNote?.(`ended ${what}`)
    onNote?.(`had failed, and is cleared; "microvm logs ${machine}" still shows why`)
  } finally {
    lock.release()
  }
}
