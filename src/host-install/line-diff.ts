/** Lines taken out (`-`), put in (`+`) and left (` `), in order; long runs of unchanged lines are left out. */
export const lineDiff = (before: string, after: string): string[] => {
  const a = linesOf(before)
  const b = linesOf(after)
  const lengths = commonLengths(a, b)
  const marked: string[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      marked.push(` ${a[i]}`)
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1)))
      marked.push(`-${a[i++]}`)
    else marked.push(`+${b[j++]}`)
  }
  return withContext(marked, 2)
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

const at = (table: readonly (readonly number[])[], i: number, j: number): number => table[i]?.[j] ?? 0

/** Length of the longest common subsequence of the rests from (i, j); our files have a hundred lines. */
const commonLengths = (a: readonly string[], b: readonly string[]): number[][] => {
  const table: number[][] = Array.from({ length: a.length + 1 }, () =>
    Array.from({ length: b.length + 1 }, () => 0),
  )
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (table[i] as number[])[j] =
        a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1))
  return table
}

const withContext = (marked: readonly string[], around: number): string[] => {
  const near = (index: number): boolean =>
    marked.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(' '))
  return marked.flatMap((line, index) => {
    if (near(index)) return [line]
    return index > 0 && near(index - 1) ? [' …'] : []
  })
}
