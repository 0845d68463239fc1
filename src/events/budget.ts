/**
 * How many fields of one guest's messages are heeded: a bucket that holds `BURST` and gets back `PER_SECOND`. A boot takes about a hundred, and PID 1
 * never sends more than a few in a second for long; a guest that talks without end must not fill the host's disk with events.
 */
export type Budget = { readonly left: number; readonly atMs: number }

export const BURST = 2_000
export const PER_SECOND = 20

/** @param atMs milliseconds of any monotonic clock, the same one in every call. */
export const newBudget = (atMs: number): Budget => ({ left: BURST, atMs })

/** Takes `cost`, all of it or nothing. */
export const spend = (
  before: Budget,
  atMs: number,
  cost = 1,
): { readonly budget: Budget; readonly granted: boolean } => {
  const left = Math.min(BURST, before.left + (Math.max(0, atMs - before.atMs) / 1000) * PER_SECOND)
  return left >= cost
    ? { budget: { left: left - cost, atMs }, granted: true }
    : { budget: { left, atMs }, granted: false }
}
