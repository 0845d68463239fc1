import type { Place } from '../errors/problem.ts'
import { printable } from '../errors/printable.ts'

/** The source line of a problem with a caret under the place, or nothing when the text has no such line. */
export const codeFrame = (text: string, place: Place): string | undefined => {
  const source = text.split('\n')[place.line - 1]?.replace(/\r$/, '')
  if (source === undefined) return undefined
  const number = String(place.line)
  const [shown, column] = windowOf(source, place.column)
  return `  ${number} │ ${shown}\n  ${' '.repeat(number.length)} │ ${' '.repeat(column - 1)}^`
}

const WIDTH = 100

/** A part of a long line around the column. Tabs become single blanks so that the caret stands where it should. */
const windowOf = (source: string, column: number): readonly [string, number] => {
  const at = Math.min(Math.max(column, 1), source.length + 1)
  const line = printable(source.replaceAll('\t', ' '))
  if (line.length <= WIDTH) return [line, at]
  const from = Math.max(0, Math.min(at - 1 - WIDTH / 2, line.length - WIDTH))
  const part = line.slice(from, from + WIDTH)
  return from === 0 ? [`${part}…`, at] : [`…${part}`, at - from + 1]
}
