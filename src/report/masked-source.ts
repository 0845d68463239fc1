import type { Place } from '../errors/problem.ts'
import { maskTexts, tokensOf } from './mask-texts.ts'

/** A definition's text with its contents hidden; read once, however many problems point into it. */
export type MaskedSource = {
  readonly text: string
  /** Offset in the text of a place. */
  readonly offsetOf: (place: Place) => number
  /** The line of a place, with nothing readable but keys and, if `offset` is given, the text that begins there. */
  readonly lineAt: (place: Place, offset: number | undefined) => string | undefined
}

export const maskedSource = (text: string): MaskedSource => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const masked = maskTexts(text, undefined)
  const lengths = new Map(tokensOf(text).map(({ offset, token }) => [offset, token.length]))
  return {
    text,
    offsetOf: ({ line, column }) => (starts[line - 1] ?? text.length) + column - 1,
    lineAt: ({ line }, shown) => {
      const start = starts[line - 1]
      if (start === undefined) return undefined
      const end = (starts[line] ?? text.length + 1) - 1
      const shownEnd = shown === undefined ? 0 : shown + (lengths.get(shown) ?? 0)
      if (shown === undefined || shown < start || shown > end) return masked.slice(start, end)
      const within = Math.min(shownEnd, end)
      return masked.slice(start, shown) + text.slice(shown, within) + masked.slice(within, end)
    },
  }
}
