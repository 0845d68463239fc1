import { isVisible, replaceInvisible, spellOut } from './invisible.ts'

/** A colour or emphasis sequence (ECMA-48 SGR): the only escape that cannot move the cursor or answer back. */
const COLOUR = /^\[[0-9;:]*m/

/**
 * One line of a text from a guest, or from whoever has broken out of one, made safe for a terminal. A guest may write any escape sequence to its console: some retitle the
 * window, move the cursor, or make the terminal type an answer. Only tabs and, when asked for, colours pass; what
 * is invisible otherwise (U+202E …) is spelt out.
 */
export const printable = (text: string, colours = false): string => {
  // Nearly all text is harmless, and `ps` looks at a lot of it.
  if (!text.includes('\n') && isVisible(text)) return text
  let result = ''
  let coloured = false
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? ''
    const code = char.charCodeAt(0)
    if (code === 0x1b) {
      const sequence = escapeAt(text, index + 1)
      if (colours && COLOUR.test(sequence)) {
        result += char + sequence
        coloured = true
      }
      index += sequence.length
    } else if (char === '\t' || (code >= 0x20 && code < 0x7f) || code > 0x9f) result += char
  }
  if (!coloured) return spellOut(result)
  return `${replaceInvisible(result, (char) => (char === '\u001B' || char === '\t' ? char : spellOut(char)))}\u001B[0m`
}

/** The same for a text that has to be one line, whatever it is. */
export const oneLine = (text: string): string => printable(text.replaceAll('\n', ' '))

/** The same for a text of several lines. */
export const printableLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line))
    .join('\n')

/** The rest of an escape sequence that begins after ESC: CSI, OSC and the other strings, or two bytes. */
const escapeAt = (text: string, from: number): string => {
  const rest = text.slice(from)
  return (
    /^\[[0-?]*[ -/]*[@-~]/.exec(rest)?.[0] ??
    // oxlint-disable-next-line no-control-regex -- the terminators of escape strings are control characters
    /^[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?/.exec(rest)?.[0] ??
    /^[ -/]*[0-~]/.exec(rest)?.[0] ??
    ''
  )
}
