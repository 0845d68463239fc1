/**
 * How much a guest may still write into our logs: a bucket that holds `BURST` events and gets back `PER_SECOND`.
 * A boot takes about a hundred; a guest that talks without end must not fill the host's disk.
 */
export type Budget = { readonly left: number; readonly atMs: number; readonly dropped: number }

export const BURST = 500
export const PER_SECOND = 2

export const newBudget = (atMs: number): Budget => ({ left: BURST, atMs, dropped: 0 })

/** Takes as many of `wanted` as there are; `dropped` adds up what was refused since the bucket last had something. */
export const spend = (
  before: Budget,
  wanted: number,
  atMs: number,
): { readonly budget: Budget; readonly granted: number } => {
  const refilled = Math.min(BURST, before.left + (Math.max(0, atMs - before.atMs) / 1000) * PER_SECOND)
  const granted = Math.min(wanted, Math.floor(refilled))
  return {
    budget: {
      left: refilled - granted,
      atMs,
      dropped: (granted > 0 ? 0 : before.dropped) + wanted - granted,
    },
    granted,
  }
}
