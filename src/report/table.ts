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

/** Scripts and signs that take two columns of a terminal (Unicode Standard Annex 11, W and F), as far as properties of characters tell. */
const TWO_COLUMNS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u

const NO_COLUMN = /[\p{Mn}\p{Me}]/u

const columnsOf = (char: string): number => (NO_COLUMN.test(char) ? 0 : TWO_COLUMNS.test(char) ? 2 : 1)

/** Columns a text without tabs takes, colours not counted. */
export const widthOf = (text: string): number =>
  PLAIN.test(text)
    ? text.length
    : [...text.replaceAll(COLOURS, '')].reduce((sum, char) => sum + columnsOf(char), 0)

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
    for (const char of piece) {
      left -= columnsOf(char)
      if (left < 0) break
      cut += char
    }
    if (left <= 0) break
  }
  const opener = /[\u001B\uFDD0]/.exec(text)?.[0]
  return `${cut.trimEnd()}…${opener === undefined ? '' : `${opener}[0m`}`
}
