import { CATALOGUE, EXIT } from '../errors/catalogue.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Ended, Restart } from './supervise.ts'

/** What the runs before have left. */
export type Attempts = {
  /** Starts in a row that did not get ready. */
  readonly failures: number
  /** What the next pause is, in milliseconds. */
  readonly pauseMs: number
}

const PAUSE_MS = 1_000
const PAUSE_MAX_MS = 30_000
/** A machine that was ready for this long has recovered: the next pause is short again. */
const RECOVERED_MS = 60_000
const FAILURES_MAX = 5

export const NO_ATTEMPTS: Attempts = { failures: 0, pauseMs: PAUSE_MS }

/** Exit statuses after which another try would find the same: the definition, the host or we ourselves have to change first. */
const HOPELESS: readonly number[] = [
  EXIT.usage,
  EXIT.notFound,
  EXIT.conflict,
  EXIT.host,
  EXIT.permission,
  EXIT.bug,
]

/**
 * Whether a machine that ended by itself is started again, and when. "on-failure": when it failed, or its guest
 * gave an exit status other than 0, as systemd has it; "always": also after a poweroff in the
 * guest. A machine that does not get ready five times in a row is given up.
 */
export const nextStart = (
  policy: NonNullable<MachineSpec['restart']>,
  before: Attempts,
  { failure, exit, readyForMs }: Pick<Ended, 'failure' | 'exit' | 'readyForMs'>,
): { readonly attempts: Attempts; readonly restart: Restart | undefined } => {
  const failures = readyForMs === undefined ? before.failures + 1 : 0
  const pauseMs = readyForMs !== undefined && readyForMs >= RECOVERED_MS ? PAUSE_MS : before.pauseMs
  const attempts = { failures, pauseMs: Math.min(PAUSE_MAX_MS, pauseMs * 2) }
  const wanted =
    policy === 'always' || (policy === 'on-failure' && (failure !== undefined || exit !== EXIT.ok))
  const hopeless = failure !== undefined && HOPELESS.includes(CATALOGUE[failure.code].exit)
  if (!wanted || hopeless || failures >= FAILURES_MAX) return { attempts, restart: undefined }
  const because = `restart = "${policy}"${failures === 0 ? '' : `, start ${failures} of ${FAILURES_MAX} failed`}`
  return { attempts, restart: { inMs: pauseMs, failures, because } }
}
