/**
 * Reports the 1st, 10th, 100th … of all reasons together: a guest that does ten thousand different wrong things makes five lines, not ten thousand.
 */
export const tally = (report: (why: string) => void): ((why: string) => void) => {
  let count = 0
  return (why) => {
    count += 1
    if (/^10*$/.test(String(count))) report(count === 1 ? why : `${why} (${count} refused so far)`)
  }
}
