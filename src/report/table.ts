/** Columns aligned by their longest cell, two blanks between, no trailing blanks. Cells may hold colours. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)),
      )
      .join('  ')
      .trimEnd(),
  )
}

const PLAIN = /^[\u0020-\u007E]*$/

// oxlint-disable-next-line no-control-regex -- colour sequences begin with ESC, or the mark for it (errors/own-style.ts)
const COLOURS = /[\u001B\uFDD0]\[[0-9;:]*m/g

/** Columns a text takes, colours not counted. */
export const widthOf = (text: string): number =>
  PLAIN.test(text) ? text.length : [...text.replaceAll(COLOURS, '')].length

/** A text that takes at most `width` columns; what was cut off is told by an ellipsis. Colours are kept, and end with the text. */
export const cutTo = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let left = Math.max(1, width) - 1
  let cut = ''
  // oxlint-disable-next-line no-control-regex -- colour sequences begin with ESC
  for (const piece of text.split(/([\u001B\uFDD0]\[[0-9;:]*m)/)) {
    if (/^[\u001B\uFDD0]/.test(piece)) {
      cut += piece
      continue
    }
    const shown = [...piece].slice(0, left)
    left -= shown.length
    cut += shown.join('')
    if (left === 0) break
  }
  const opener = /[\u001B\uFDD0]/.exec(text)?.[0]
  return `${cut.trimEnd()}…${opener === undefined ? '' : `${opener}[0m`}`
}
