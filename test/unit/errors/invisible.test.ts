import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isVisible, spellOut } from '../../../src/errors/invisible.ts'
import { written } from '../../../src/errors/own-style.ts'
import { printable } from '../../../src/errors/printable.ts'
import { styleOf } from '../../../src/host/terminal.ts'

const HOSTILE = [
  '\u0007',
  '\u001B',
  '\r',
  '\u007F',
  '\u0085',
  '\u009B',
  '\u00AD',
  '\u061C',
  '\u180E',
  '\u200B',
  '\u200E',
  '\u200F',
  '\u2028',
  '\u2029',
  '\u202A',
  '\u202E',
  '\u2060',
  '\u2066',
  '\u2069',
  '\uFEFF',
  '\uFFF9',
  '\u{E0041}',
  '\uD800',
]

describe('what is invisible', () => {
  it.each(HOSTILE)('is spelt out: %j', (char) => {
    expect(isVisible(`a${char}b`)).toBe(false)
    const text = spellOut(`a${char}b`)
    expect(text).toMatch(/^a(\\u[0-9A-F]{4})+b$/)
    expect(JSON.parse(`"${text}"`)).toBe(`a${char}b`)
    expect(printable(`a${char}b`)).not.toContain(char)
  })

  it.each(['plain', 'tab\tand\nline', 'é 漢字 עברית العربية 🙂 ❤\uFE0F'])('is not: %j', (text) =>
    expect(spellOut(text)).toBe(text),
  )

  it('means the same in JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.constantFrom(...HOSTILE)), (value, chars) => {
        const text = spellOut(JSON.stringify([value, chars], undefined, 2))
        expect(isVisible(text)).toBe(true)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify([value, chars])))
      }),
    )
  })

  it('is written by nobody, and colours only by us', () => {
    const style = styleOf(true)
    const evil = '\u001B[31m\u001B]0;owned\u0007\u202Eevil'
    expect(written(`${style.red('error')}  ${evil}`, true)).toBe(
      '\u001B[31merror\u001B[39m  \\u001B[31m\\u001B]0;owned\\u0007\\u202Eevil',
    )
    expect(isVisible(written(`\uFDD0[8m\uFDD0[31m${evil}`, false))).toBe(true)
    expect(written('\uFDD0[8mconcealed', true)).toBe('\\uFDD0[8mconcealed')
  })
})
