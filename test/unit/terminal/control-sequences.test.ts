import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sequenceParser } from '../../../src/terminal/control-sequences.ts'
import { hostileBytes } from './hostile-bytes.ts'

const parse = (...chunks: (string | Uint8Array)[]) => {
  const parser = sequenceParser()
  return chunks.flatMap((chunk) => parser.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
}
const kinds = (...chunks: (string | Uint8Array)[]) =>
  parse(...chunks).map((piece) => {
    if (piece.kind === 'csi') return `csi ${piece.body}${piece.final}`
    if (piece.kind === 'escape') return `escape ${piece.body}${piece.final}`
    if (piece.kind === 'string') return `string ${piece.opener}${piece.data}`
    if (piece.kind === 'control') return `control ${piece.code}`
    return piece.kind === 'text' ? Buffer.from(piece.raw, 'latin1').toString() : piece.kind
  })

describe('control sequences', () => {
  it.each<[string, string[]]>([
    ['plain é 漢 🙂', ['plain é 漢 🙂']],
    ['a\u001B[1;31mb', ['a', 'csi 1;31m', 'b']],
    ['\u001B[38:2::1:2:3m', ['csi 38:2::1:2:3m']],
    ['\u001B[?1049h\u001B[>c\u001B[?7$p', ['csi ?1049h', 'csi >c', 'csi ?7$p']],
    ['\u001B(B\u001B=\u001BZ', ['escape (B', 'escape =', 'escape Z']],
    ['\u001B]0;title é\u0007x', ['string ]0;title \u00C3\u00A9', 'x']],
    ['\u001B]11;?\u001B\\x', ['string ]11;?', 'x']],
    ['\u001BP$qm\u001B\\x', ['string P$qm', 'x']],
    // C1 controls in UTF-8
    ['\u009B6n\u009D0;t\u009Cx\u0090+q\u009C', ['csi 6n', 'string ]0;t', 'x', 'string P+q']],
    // A control character inside acts at once, and the sequence goes on.
    ['\u001B[6\rn', ['control 13', 'csi 6n']],
    ['\u001B[6\u007Fn', ['csi 6n']],
    // Broken off
    ['\u001B[6\u001B[1m', ['broken', 'csi 1m']],
    ['\u001B[6\u0018n', ['broken', 'n']],
    ['\u001B]0;t\u001B[6nx', ['broken', 'csi 6n', 'x']],
    ['\u001B]0;t\u001B\u001B\\x', ['broken', 'broken', 'escape \\', 'x']],
    ['\u001B[6én', ['broken', 'én']],
  ])('%j', (text, expected) => expect(kinds(text)).toEqual(expected))

  it('knows C1 controls of one byte, and does not take the inside of a character for one', () => {
    expect(kinds(Buffer.from('\u009B6n\u0085x', 'latin1'))).toEqual(['csi 6n', 'escape E', 'x'])
    expect(kinds('\u001B]0;\u271C\u0153\u0007x')).toEqual([`string ]0;\u00E2\u009C\u009C\u00C5\u0093`, 'x'])
    expect(kinds(Buffer.from([0xff, 0x41, 0xc0, 0x9b, 0x6d]))).toEqual(['broken', 'A', 'broken', 'csi m'])
  })

  it('does not swallow everything behind a string that has no end', () => {
    const text = kinds(`\u001B]0;${'x'.repeat(5_000)}\r\npanic`, '!')
    expect(text.join('')).toContain('panic')
  })

  it('comes to the same wherever the stream is cut, and loses no byte', () => {
    fc.assert(
      fc.property(hostileBytes, fc.nat(), (bytes, seed) => {
        const whole = parse(bytes)
        const at = bytes.length === 0 ? 0 : seed % bytes.length
        const cut = parse(bytes.subarray(0, at), bytes.subarray(at))
        const one = parse(...[...bytes].map((byte) => Uint8Array.of(byte)))
        const raw = (pieces: ReturnType<typeof parse>) => pieces.map((piece) => piece.raw).join('')
        expect(raw(cut)).toBe(raw(whole))
        expect(raw(one)).toBe(raw(whole))
        expect(raw(whole).length).toBeLessThanOrEqual(bytes.length)
        // All but what may still become a sequence or a character is out.
        expect(raw(parse(bytes, '\u0018\u0018')).length).toBe(bytes.length + 2)
      }),
    )
  })
})
