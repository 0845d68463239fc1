/**
 * Characters that a terminal or an editor does not show as what they are: control characters, what turns the direction of the text around (U+202E …) or
 * has no width, separators of lines, halves of surrogate pairs. Selectors of a glyph's form are left alone: they belong to what is seen.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFF9-\uFFFB\uFDD0-\uFDEF]|(?!\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/u

const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gu')

/** Nearly every text is this. */
const PLAIN = /^[\n\t\u0020-\u007E]*$/

/** Whether nothing but line ends and tabs is invisible in a text. */
export const isVisible = (text: string): boolean =>
  PLAIN.test(text) || !INVISIBLE.test(text.replaceAll(/[\n\t]/g, ''))

/** A text with what is invisible in it spelt out (`\u202E`), which within a JSON text means the same. Line ends and tabs stay. */
export const spellOut = (text: string): string =>
  isVisible(text)
    ? text
    : text.replaceAll(EVERY_INVISIBLE, (char) => (char === '\n' || char === '\t' ? char : spelt(char)))

/** `spell` is called for each invisible character, a line end among them. */
export const replaceInvisible = (text: string, spell: (char: string) => string): string =>
  text.replaceAll(EVERY_INVISIBLE, spell)

const spelt = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, index) => `\\u${char.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`,
  ).join('')
