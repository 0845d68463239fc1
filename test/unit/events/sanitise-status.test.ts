import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sanitiseStatus, STATUS_MAX } from '../../../src/events/sanitise-status.ts'

test.each([
  ['Ready.', 'Ready.'],
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u009B31mred', 'red'],
  ['\u001B]0;title\u0007text', 'text'],
  ['\u001B]8;;https://example.org\u001B\\link\u001B]8;;\u001B\\', 'link'],
  ['\u001BP1$r0m\u001B\\ok', 'ok'],
  ['\u001Bcreset', 'reset'],
  ['a\rb\tc\u000Bd', 'a b c d'],
  ['user\u202Egpj.exe', 'usergpj.exe'],
  ['in\u200Bvis\u2066ible\uFEFF', 'invisible'],
  ['line\u2028two', 'line two'],
  ['Zug nach Köln — 東京 ✓ 🚀', 'Zug nach Köln — 東京 ✓ 🚀'],
  ['half \uD800 pair', 'half pair'],
  ['  much   room  ', 'much room'],
  [`Z${'\u0301'.repeat(100)}`, `Z${'\u0301'.repeat(3)}`],
])('%j', (text, safe) => {
  expect(sanitiseStatus(text)).toBe(safe)
})

test('long texts are cut, between characters', () => {
  const cut = sanitiseStatus('🚀'.repeat(500))
  expect([...cut]).toHaveLength(STATUS_MAX)
  expect(cut.endsWith('🚀…')).toBe(true)
})

test('the result is one short line of visible characters, and safe again', () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\u001B',
        '\u001B[',
        '\u001B]',
        '\u009D',
        '\u0007',
        '\u202E',
        '\u2069',
        ';',
        'm',
        '\u0000',
      ),
      fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    ),
    maxLength: 250,
  })
  fc.assert(
    fc.property(nasty, (text) => {
      const safe = sanitiseStatus(text)
      expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect([...safe].length).toBeLessThanOrEqual(STATUS_MAX)
      expect(sanitiseStatus(safe)).toBe(safe)
    }),
  )
})

test('a hostile text does not take long', () => {
  const started = performance.now()
  for (const piece of ['\u001B[', '\u001B]', '\u001B[1;', 'e\u0301', ' ', '\u001B[?'])
    sanitiseStatus(piece.repeat(4096 / piece.length))
  expect(performance.now() - started).toBeLessThan(500)
})
