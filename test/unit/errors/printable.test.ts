import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableLines } from '../../../src/errors/printable.ts'

const ESC = '\u001B'

describe('printable', () => {
  it.each([
    ['plain text', 'plain text'],
    ['tab\tstays', 'tab\tstays'],
    [`${ESC}[2Jcleared${ESC}[H`, 'cleared'],
    [`${ESC}]0;title\u0007after`, 'after'],
    [`${ESC}]52;c;c2VjcmV0${ESC}\\after`, 'after'],
    [`${ESC}P+q544e${ESC}\\after`, 'after'],
    [`${ESC}[6nasked`, 'asked'],
    [`bell\u0007 null\u0000 del\u007F c1\u009B31m`, 'bell null del c131m'],
    [`${ESC}cReset${ESC}(B`, 'Reset'],
    [ESC, ''],
  ])('%j → %j', (text, expected) => expect(printable(text)).toBe(expected))

  it('keeps colours when asked to, and ends them', () => {
    expect(printable(`${ESC}[1;32mOK${ESC}[0m ${ESC}[2Kx`, true)).toBe(`${ESC}[1;32mOK${ESC}[0m x${ESC}[0m`)
    expect(printable('no colours', true)).toBe('no colours')
  })

  it('lets no control character through, whatever comes', () => {
    const pieces = fc.constantFrom(
      ESC,
      '[',
      ']',
      'P',
      '0',
      ';',
      'm',
      'a',
      '\u0007',
      '\\',
      '\u009B',
      '\n',
      '\r',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join('')
        // oxlint-disable-next-line no-control-regex -- the point of the test
        expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/)
        // oxlint-disable-next-line no-control-regex -- the point of the test
        expect(printable(text, true).replaceAll(/\u001B\[[0-9;:]*m/g, '')).not.toMatch(
          /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/,
        )
      }),
    )
  })
})

it('printableLines keeps the lines', () => {
  expect(printableLines(`one\n${ESC}[2Jtwo\r\n\nthree`)).toBe('one\ntwo\n\nthree')
})
