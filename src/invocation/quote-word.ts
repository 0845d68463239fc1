import { isVisible, replaceInvisible } from '../errors/invisible.ts'

/**
 * One word for a POSIX shell: as it is when harmless, else in single quotes. What a terminal would act on or hide is written by printf(1): `$'…'` is not in
 * every shell yet, and a tab that is pasted would be taken for a key.
 */
export const quoteWord = (word: string): string => {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  const quoted = `'${word.replaceAll("'", `'\\''`)}'`
  if (isVisible(word) && !word.includes('\t')) return quoted
  return replaceInvisible(quoted, (char) => (char === '\n' ? char : `'"$(printf '${octal(char)}')"'`))
}

const octal = (char: string): string =>
  [...new TextEncoder().encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
