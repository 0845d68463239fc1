/** Edits (insert, delete, replace, swap of neighbours) between two words, case not counted: optimal string alignment. */
const distance = (left: string, right: string): number => {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()]
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const edits = [at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(i - 1, j - 1) + same]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits.push(at(i - 2, j - 2) + 1)
      row.push(Math.min(...edits))
    }
  }
  return at(a.length, b.length)
}

/** The word a typing mistake most likely meant: at most a third of its letters wrong, and no more than 3. */
export const nearestWord = (word: string, words: Iterable<string>): string | undefined => {
  if (word.length > 64) return undefined
  let best: { word: string; edits: number } | undefined
  for (const candidate of words) {
    const allowed = Math.min(3, Math.ceil(Math.max(word.length, candidate.length) / 3))
    const edits = distance(word, candidate)
    if (edits <= allowed && edits < (best?.edits ?? Infinity)) best = { word: candidate, edits }
  }
  return best?.word
}
