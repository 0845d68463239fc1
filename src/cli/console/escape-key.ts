import { MicrovmError } from '../../errors/microvm-error.ts'

export type EscapeKey = {
  /** As it is printed: `Ctrl-]`. */
  readonly name: string
  /** Where in these keys it stands; -1 if nowhere. */
  readonly indexIn: (keys: Buffer) => number
}

/**
 * The key that leaves a console: `^]`, `ctrl-]`, `ctrl+]` or `C-]` in either case, or `none`. Ctrl can be held with letters and `@ [ \ ] ^ _ ?`.
 *
 * @throws MicrovmError USAGE
 */
export const parseEscapeKey = (text: string): EscapeKey | undefined => {
  if (text.toLowerCase() === 'none') return undefined
  const key = /^(?:\^|ctrl[-+]|c-)([a-z@[\\\]^_?])$/i.exec(text)?.[1]?.toUpperCase()
  if (key === undefined)
    throw new MicrovmError('USAGE', `--escape cannot be "${text}".`, {
      because: 'A console passes every other key on, so the one that leaves it has to be held with Ctrl.',
      fix: 'Use a key such as ^], ^a or ctrl-q, or "none" for no key at all.',
    })
  const code = key === '?' ? 0x7f : key.charCodeAt(0) - 0x40
  // A guest may have switched the terminal to the keyboard protocols of kitty or xterm, which spell the key out.
  const plain = key.toLowerCase().charCodeAt(0)
  const spelt = [`\u001B[${plain};5u`, `\u001B[${plain};5:1u`, `\u001B[27;5;${plain}~`]
  return {
    name: `Ctrl-${key}`,
    indexIn: (keys) => {
      const found = [keys.indexOf(code), ...spelt.map((one) => keys.indexOf(one, 0, 'latin1'))]
      const places = found.filter((index) => index !== -1)
      return places.length === 0 ? -1 : Math.min(...places)
    },
  }
}
