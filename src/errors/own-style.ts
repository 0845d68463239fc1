import { spellOut } from './invisible.ts'

/**
 * Stands for ESC in the colours of our own, until a text is written: a noncharacter of Unicode, which no text that is exchanged has in it. So the one
 * place that writes can tell our colours from whatever else a text brings along.
 */
const OWN = '\uFDD0'

/** Our colours (ECMA-48 SGR), and no others. */
const OWN_COLOUR = /\uFDD0\[(0|1|2|22|31|32|33|36|39)m/

/** A text that was coloured with ESC, with the mark of our own colours. */
export const markOwn = (text: string): string => text.replaceAll('\u001B', OWN)

/** A text as it may be written, whoever's words are in it: everything invisible is spelt out but line ends, tabs and, with `colours`, colours of ours. */
export const written = (text: string, colours: boolean): string => {
  if (!colours) return spellOut(text)
  return text
    .split(OWN_COLOUR)
    .map((part, index) => (index % 2 === 1 ? `\u001B[${part}m` : spellOut(part)))
    .join('')
}
