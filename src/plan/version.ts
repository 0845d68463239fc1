/** Whether a version is `least` or newer; an unknown one (no numbers) is not. */
export const isAtLeast = (numbers: readonly number[], least: readonly number[]): boolean => {
  if (numbers.length === 0) return false
  for (const [index, wanted] of least.entries()) {
    const got = numbers[index] ?? 0
    if (got !== wanted) return got > wanted
  }
  return true
}
