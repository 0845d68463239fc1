/** A bucket that holds `burst`, and gets back `perSecond`. */
export type Limits = { readonly burst: number; readonly perSecond: number }

export type Budget = Limits & { readonly left: number; readonly atMs: number }

/**
 * Events of a guest's ordinary talk (targets, statuses) that are written down. A boot takes about a hundred, and PID 1 never sends more
 * than a few in a second for long; a guest that talks without end must not fill the host's disk.
 */
export const TALK: Limits = { burst: 2_000, perSecond: 20 }
/** Events of a guest that move the machine's state, each of which rewrites the record: reboots, emergency mode. */
export const MOVES: Limits = { burst: 200, perSecond: 1 }
/** Events of a hypervisor that its guest can cause at will: errors of disks, the balloon, the watchdog. */
export const REPORTS: Limits = { burst: 60, perSecond: 1 / 60 }

/** @param atMs milliseconds of any monotonic clock, the same one in every call. */
export const newBudget = (limits: Limits, atMs: number): Budget => ({ ...limits, left: limits.burst, atMs })

/** Takes `cost`, all of it or nothing. */
export const spend = (
  before: Budget,
  atMs: number,
  cost = 1,
): { readonly budget: Budget; readonly granted: boolean } => {
  const refilled = before.left + (Math.max(0, atMs - before.atMs) / 1000) * before.perSecond
  const left = Math.min(before.burst, refilled)
  return left >= cost
    ? { budget: { ...before, left: left - cost, atMs }, granted: true }
    : { budget: { ...before, left, atMs }, granted: false }
}
