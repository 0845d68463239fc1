import fc from 'fast-check'

const PIECES = [
  '\u001B',
  '[',
  ']',
  'P',
  '_',
  '?',
  '>',
  '0',
  '6',
  ';',
  ':',
  'n',
  'c',
  'm',
  'h',
  '$',
  '\\',
  '\u0005',
  '\u0007',
  '\u0018',
  '\r',
  '\n',
  '\u009B',
  '\u009C',
  'é',
  '漢',
].map((text) => Buffer.from(text))

const RAW = [0x80, 0x9b, 0x9c, 0xc2, 0xe2, 0xf0, 0xff].map((byte) => Buffer.of(byte))

/** What a guest may write: pieces of sequences, and bytes that are no UTF-8. */
export const hostileBytes = fc
  .array(fc.constantFrom(...PIECES, ...RAW), { maxLength: 40 })
  .map((parts) => Buffer.concat(parts))
