import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consoleTail } from '../../../src/machine/failures.ts'

test('the last lines, without colours, cursor moves and empty lines', () => {
  const text =
    '\u001b[2J\u001b[1;1Hboot\r\n\r\n[  \u001b[0;32mOK\u001b[0m  ] Started \u001b]0;title\u0007x.\r\n   \r\nlogin: '
  expect(consoleTail(text)).toBe('boot\n[  OK  ] Started 0;titlex.\nlogin:')
  expect(
    consoleTail(Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')).split('\n'),
  ).toHaveLength(15)
  expect(consoleTail('')).toBe('')
})

test('whatever a guest writes, nothing in it can move a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(consoleTail(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }),
  )
})
