import type { Outcome } from '../events/event.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { isAlive, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import { type Directories, placesOf } from '../plan/places.ts'
import { readRecord } from '../state/store.ts'

/** Beyond the machine's own stop timeout: VMM, helpers and cleaning up. */
const MARGIN_MS = 30_000

export type StopOptions = {
  /** Do not ask the guest: end the hypervisor at once. */
  readonly force?: boolean
  /** Called when a second, impatient stop is wanted (Ctrl-C while stopping). */
  readonly escalate?: AbortSignal
  /** Upper bound in milliseconds. Default: long enough for any stop timeout of a day. */
  readonly timeoutMs?: number
}

/**
 * Asks the supervisor of a machine to stop it, and waits until it has.
 * SIGTERM: gracefully; a second one (or `force`): at once. The supervisor is told by pid *and* start time, so a reused pid is never signalled.
 *
 * @returns how the machine ended; undefined when it was not running.
 * @throws MicrovmError WAIT_TIMEOUT.
 */
export const requestStop = async (
  directories: Directories,
  machine: string,
  { force = false, escalate, timeoutMs = 86_400_000 + MARGIN_MS }: StopOptions = {},
): Promise<Outcome | undefined> => {
  const { record: path } = placesOf(directories, machine)
  const record = readRecord(path)
  if (record === undefined || !isAlive(record.supervisor)) return undefined
  const { supervisor } = record
  signal(supervisor, 'SIGTERM')
  if (force) signal(supervisor, 'SIGINT')
  const onEscalate = (): void => void signal(supervisor, 'SIGINT')
  escalate?.addEventListener('abort', onEscalate)
  const ended = await waitUntil(() => (isAlive(supervisor) ? undefined : true), timeoutMs)
  escalate?.removeEventListener('abort', onEscalate)
  if (ended === undefined)
    throw new MicrovmError(
      'WAIT_TIMEOUT',
      `Machine "${machine}" did not stop within ${Math.round(timeoutMs / 1000)} s.`,
      {
        machine,
        because: `Its supervisor (pid ${supervisor.pid}) still runs.`,
        fix: `Run "microvm down ${machine} --force", and "microvm logs ${machine} --source events" to see what it does.`,
      },
    )
  // It waited to be started again: nothing ran that could have been stopped.
  if (record.restartAt !== null) return undefined
  return readRecord(path)?.outcome ?? undefined
}
