import type { Outcome } from '../events/event.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { isAlive, isStopped, type ProcessId, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import { type Directories, type Places, placesOf } from '../plan/places.ts'
import { isUnnamed, readHolder } from '../state/holder.ts'
import type { Record } from '../state/record.ts'
import { readRecord } from '../state/store.ts'
import { clearFailed } from './clear-failed.ts'
import { endWithoutSupervisor } from './end-without-supervisor.ts'

/** Beyond the machine's own stop timeout: VMM, helpers and cleaning up. */
const MARGIN_MS = 30_000
/** A start names its supervisor within moments of its claim. */
const NAMED_MS = 3_000
/** A supervisor notes at once that it stops; one that does not for this long is wedged, or cannot write its record. */
const ANSWER_MS = 60_000
/** The same when patience is over. */
const FORCED_ANSWER_MS = 10_000
/** What a supervisor without patience takes at the most: the hypervisor's quit, signals, helpers. */
const FORCED_END_MS = 60_000

export type StopOptions = {
  /** Do not ask the guest: end the hypervisor at once. */
  readonly force?: boolean
  /** Called when a second, impatient stop is wanted (Ctrl-C while stopping). */
  readonly escalate?: AbortSignal
  /** Aborts when nobody waits for the end any more. */
  readonly abandon?: AbortSignal
  /** Upper bound in milliseconds. Default: long enough for any stop timeout of a day. */
  readonly timeoutMs?: number
  /** Hears what is unusual about this stop, one sentence each. */
  readonly onNote?: (note: string) => void
}

/**
 * Asks the supervisor of a machine to stop it, and waits until it has.
 * SIGTERM: gracefully; a second one (or `force`): at once. The supervisor is known by pid *and* start time, so a reused pid is never signalled.
 * One that is stopped (SIGSTOP) is continued. One that does not answer `force` is killed, and what it ran is ended without it.
 *
 * @returns how the machine ended; undefined when it was not running.
 * @throws MicrovmError WAIT_TIMEOUT, INTERRUPTED.
 */
export const requestStop = async (
  directories: Directories,
  machine: string,
  options: StopOptions = {},
): Promise<Outcome | undefined> => {
  const places = placesOf(directories, machine)
  const found = await findSupervisor(places)
  if (found === undefined) {
    await clearFailed(places, machine, options)
    return undefined
  }
  const { supervisor, record: path } = found
  const before = recordOf(path, supervisor)
  ask(supervisor, options)
  const gone = await waitForEnd(machine, path, supervisor, options)
  if (!gone)
    return endWithoutSupervisor(machine, places, path, supervisor, options.onNote ?? (() => undefined))
  const record = recordOf(path, supervisor)
  // It had claimed the machine, and ended before there was anything to record.
  if (record === undefined) return 'graceful'
  // It waited to be started again: nothing ran that could have been stopped.
  if ((before ?? record).restartAt !== null) return undefined
  return record.outcome ?? undefined
}

type Found = { readonly supervisor: ProcessId; readonly record: string }

/** By the record, or by the machine's locks: a supervisor that has just been started has written no record yet. */
const findSupervisor = async (places: Places): Promise<Found | undefined> => {
  const look = (): Found | undefined => {
    const holder = readHolder(places)
    if (holder !== undefined) return { supervisor: holder.supervisor, record: `${holder.state}/record.json` }
    const record = readRecord(places.record)
    return record === undefined || !isAlive(record.supervisor)
      ? undefined
      : { supervisor: record.supervisor, record: places.record }
  }
  const found = look()
  if (found !== undefined || !isUnnamed(places)) return found
  return waitUntil(() => look() ?? (isUnnamed(places) ? undefined : 'none'), NAMED_MS).then((named) =>
    named === 'none' ? undefined : named,
  )
}

/** The record, if that supervisor wrote it. */
const recordOf = (path: string, supervisor: ProcessId): Record | undefined => {
  try {
    const record = readRecord(path)
    return record?.supervisor.pid === supervisor.pid && record.supervisor.startTime === supervisor.startTime
      ? record
      : undefined
  } catch {
    return undefined
  }
}

const ask = (supervisor: ProcessId, { force = false, onNote }: StopOptions): void => {
  signal(supervisor, 'SIGTERM')
  if (force) signal(supervisor, 'SIGINT')
  // Signals wait until it runs again.
  if (!isStopped(supervisor)) return
  onNote?.(`Its supervisor (pid ${supervisor.pid}) was stopped; it is continued.`)
  signal(supervisor, 'SIGCONT')
}

/** Resolves true when the supervisor has ended, and false when it was to end at once and does not. */
const waitForEnd = async (
  machine: string,
  path: string,
  supervisor: ProcessId,
  { force = false, escalate, abandon, timeoutMs = 86_400_000 + MARGIN_MS }: StopOptions,
): Promise<boolean> => {
  const startedAt = performance.now()
  let hurriedAt = force ? startedAt : undefined
  const hurry = (): void => {
    hurriedAt ??= performance.now()
    signal(supervisor, 'SIGTERM')
    signal(supervisor, 'SIGINT')
  }
  if (escalate?.aborted === true) hurry()
  escalate?.addEventListener('abort', hurry)
  let answered = false
  try {
    for (;;) {
      if (!isAlive(supervisor)) return true
      if (isStopped(supervisor)) signal(supervisor, 'SIGCONT')
      answered ||= recordOf(path, supervisor)?.state === 'stopping'
      const now = performance.now()
      if (hurriedAt !== undefined && now - hurriedAt > (answered ? FORCED_END_MS : FORCED_ANSWER_MS))
        return false
      if (abandon?.aborted === true) throw stillStops(machine, supervisor)
      if (now - startedAt > timeoutMs) throw tooLate(machine, supervisor, timeoutMs, 'still runs')
      if (!answered && hurriedAt === undefined && now - startedAt > ANSWER_MS)
        throw tooLate(machine, supervisor, ANSWER_MS, 'does not answer')
      await waitUntil(() => (isAlive(supervisor) ? undefined : true), LOOK_MS, abandon)
    }
  } finally {
    escalate?.removeEventListener('abort', hurry)
  }
}

/** How often it is looked at whether a stop gets anywhere. */
const LOOK_MS = 500

const tooLate = (machine: string, { pid }: ProcessId, ms: number, what: string): MicrovmError =>
  new MicrovmError('WAIT_TIMEOUT', `Machine "${machine}" did not stop within ${Math.round(ms / 1000)} s.`, {
    machine,
    because: `Its supervisor (pid ${pid}) ${what}.`,
    fix: `Run "microvm down ${machine} --force": it ends the machine without its supervisor, as a power cut.`,
  })

const stillStops = (machine: string, { pid }: ProcessId): MicrovmError =>
  new MicrovmError('INTERRUPTED', `Stopped waiting for machine "${machine}".`, {
    machine,
    because: `Its supervisor (pid ${pid}) has been asked to stop it, and still runs.`,
    fix: `See "microvm ps ${machine}", or run "microvm down ${machine} --force".`,
  })
