/** More different reasons than this are counted together. */
const REASONS_MAX = 100

/**
 * Reports a reason the 1st, 10th, 100th … time it comes: a guest that repeats itself ten thousand times makes five lines, not ten thousand.
 */
export const tally = (report: (why: string) => void): ((why: string) => void) => {
  const counts = new Map<string, number>()
  return (why) => {
    const key = counts.has(why) || counts.size < REASONS_MAX ? why : 'other things'
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (/^10*$/.test(String(count))) report(count === 1 ? key : `${key} (${count} times)`)
  }
}
