/**
 * One piece of what a program writes to a terminal (ECMA-48 and xterm's additions). Texts hold one byte per character (`latin1`); the `raw` of all
 * pieces, one after the other, does what the input does.
 */
export type Piece =
  /** A run of printable characters in valid UTF-8. */
  | { readonly kind: 'text'; readonly raw: string }
  /** One control character, as its code. */
  | { readonly kind: 'control'; readonly code: number; readonly raw: string }
  /** `ESC body final`, or the C1 control that stands for it: `ESC ( B`, `ESC c`. */
  | { readonly kind: 'escape'; readonly body: string; readonly final: string; readonly raw: string }
  /** `CSI body final`; `body` has the parameters, with their private mark, and the intermediate characters. */
  | { readonly kind: 'csi'; readonly body: string; readonly final: string; readonly raw: string }
  /** OSC `]`, DCS `P`, SOS `X`, PM `^`, APC `_`, up to its end. */
  | { readonly kind: 'string'; readonly opener: string; readonly data: string; readonly raw: string }
  /** Bytes that are no UTF-8, and sequences that were broken off. */
  | { readonly kind: 'broken'; readonly raw: string }

export type SequenceParser = {
  /** The pieces completed by these bytes. */
  readonly push: (bytes: Uint8Array) => Piece[]
}

/** Longest control sequence, in bytes. A terminal would swallow everything after a string that never ends; we go on after this much. */
const LONGEST = 4_096

/** Printable characters, well-formed as RFC 3629 has it; U+0080 to U+009F are controls. */
const TEXT =
  /(?:[\x20-\x7e]+|\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+/y

/** The beginning of a character whose end has not come yet. */
const CUT =
  /(?:[\xc2-\xdf]|\xe0[\xa0-\xbf]?|[\xe1-\xec\xee\xef][\x80-\xbf]?|\xed[\x80-\x9f]?|\xf0(?:[\x90-\xbf][\x80-\xbf]?)?|[\xf1-\xf3][\x80-\xbf]{0,2}|\xf4(?:[\x80-\x8f][\x80-\xbf]?)?)$/y

const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const DEL = 0x7f
const ST = 0x9c

type State = 'ground' | 'escape' | 'csi' | 'string' | 'escape in string'

/**
 * Takes a stream apart as terminals do: control characters inside a sequence act at once and the sequence goes on, CAN, SUB and ESC break it off,
 * and C1 controls count in both of their forms, one byte or UTF-8. Sequences may be cut anywhere between two calls.
 */
export const sequenceParser = (): SequenceParser => {
  let state: State = 'ground'
  let opener = ''
  let body = ''
  /** The sequence so far. */
  let raw = ''
  /** A character that was cut. */
  let held = ''
  let pieces: Piece[] = []

  const end = (piece?: Piece): void => {
    if (piece !== undefined) pieces.push(piece)
    else if (raw !== '') pieces.push({ kind: 'broken', raw })
    state = 'ground'
    raw = ''
    body = ''
  }
  const begin = (bytes: string): void => {
    end()
    raw = bytes
    state = 'escape'
  }
  const endString = (): void => end({ kind: 'string', opener, data: body, raw })

  /** A character after ESC. */
  const inEscape = (char: string): void => {
    if (char < '0') body += char
    else if (body === '' && char === '[') state = 'csi'
    else if (body === '' && ']PX^_'.includes(char)) {
      state = 'string'
      opener = char
    } else end({ kind: 'escape', body, final: char, raw })
  }

  /** A control character, C0 or C1; `bytes` is how it was written. */
  const control = (code: number, bytes: string): void => {
    const inString = state === 'string'
    if (code === ESC && inString) {
      raw += bytes
      state = 'escape in string'
    } else if (code === ESC) begin(bytes)
    else if (inString && (code === ST || code === BEL)) {
      raw += bytes
      endString()
    } else if (code > DEL) {
      begin(bytes)
      inEscape(String.fromCharCode(code - 0x40))
    } else if (code === CAN || code === SUB) {
      raw += bytes
      end()
    } else if (inString || (code === DEL && state !== 'ground')) raw += bytes
    else pieces.push({ kind: 'control', code, raw: bytes })
  }

  /** Takes what stands at `index` and gives the index behind it; nothing is taken of a character that was cut. */
  const step = (input: string, index: number): number => {
    const char = input[index] ?? ''
    const code = char.charCodeAt(0)
    if (state === 'escape in string') {
      if (char === '\\') {
        raw += char
        endString()
        return index + 1
      }
      raw = raw.slice(0, -1)
      begin('\u001B')
    }
    if (code < 0x20 || code === DEL || (code > DEL && code < 0xa0)) {
      control(code, char)
      return index + 1
    }
    if (code === 0xc2 && /[\x80-\x9f]/.test(input[index + 1] ?? '')) {
      control(input.charCodeAt(index + 1), input.slice(index, index + 2))
      return index + 2
    }
    if ((state === 'escape' || state === 'csi') && code < DEL) {
      raw += char
      if (state === 'escape') inEscape(char)
      else if (char < '@') body += char
      else end({ kind: 'csi', body, final: char, raw })
      return index + 1
    }
    TEXT.lastIndex = index
    CUT.lastIndex = index
    const text = TEXT.exec(input)?.[0]
    if (text === undefined && CUT.test(input)) return index
    const part = text ?? char
    if (state === 'string') {
      raw += part
      body += part
    } else {
      // No other sequence has such a character in it.
      end()
      pieces.push({ kind: text === undefined ? 'broken' : 'text', raw: part })
    }
    return index + part.length
  }

  return {
    push: (bytes) => {
      pieces = []
      const input = held + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      held = ''
      for (let index = 0; index < input.length;) {
        if (raw.length > LONGEST) end()
        const next = step(input, index)
        if (next === index) held = input.slice(index)
        index = next === index ? input.length : next
      }
      return pieces
    },
  }
}
