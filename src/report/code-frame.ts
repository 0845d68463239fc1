import type { Place } from '../errors/problem.ts'
import { printable } from '../errors/printable.ts'

/** The source line of a problem with a caret under the place, or nothing when the text has no such line. */
export const codeFrame = (text: string, place: Place): string | undefined => {
  const source = text.split('\n')[place.line - 1]
  return source === undefined ? undefined : lineFrame(source, place)
}

/** The same for a line that was found already. */
export const lineFrame = (source: string, { line, column }: Place): string => {
  const number = String(line)
  const [shown, at] = windowOf(source.replace(/\r$/, ''), column)
  return `  ${number} │ ${shown}\n  ${' '.repeat(number.length)} │ ${' '.repeat(at)}^`
}

const WIDTH = 100

/** A part of a long line around the column, and what stands before the caret. Tabs become single blanks so that the caret stands where it should. */
const windowOf = (source: string, column: number): readonly [string, number] => {
  const at = Math.min(Math.max(column - 1, 0), source.length)
  const from = source.length <= WIDTH ? 0 : Math.max(0, Math.min(at - WIDTH / 2, source.length - WIDTH))
  const shown = (text: string): string => printable(text.replaceAll('\t', ' '))
  const before = (from === 0 ? '' : '…') + shown(source.slice(from, at))
  const end = from + WIDTH
  return [before + shown(source.slice(at, end)) + (end < source.length ? '…' : ''), before.length]
}
