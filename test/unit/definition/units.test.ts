import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Duration, millisecondsOfDuration, parseDuration } from '../../../src/definition/duration.ts'
import { Size, bytesOfSize, parseSize } from '../../../src/definition/size.ts'

test.each([
  ['512M', 2 ** 29],
  ['2g', 2 ** 31],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['4096', 4096],
  [' 1 KB ', 1024],
  ['1T', 2 ** 40],
])('size %j', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', 'M', '-1M', '1X', '1.0001K', '1e3', '0x10', '99999999T', 'NaN', '1 M M'])(
  'no size: %j',
  (text) => {
    expect(parseSize(text)).toBeUndefined()
    expect(Size.safeParse(text).success).toBe(false)
  },
)

test('a size of nothing is none', () => {
  for (const size of ['0', '0M', 0]) expect(Size.safeParse(size).success).toBe(false)
})

test.each([
  ['90s', 90_000],
  ['2min 30s', 150_000],
  ['1h', 3_600_000],
  ['500ms', 500],
  ['1.5', 1500],
  ['2m', 120_000],
])('time span %j', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(['', 's', '5 days', '-1s', '1s,2s', '1..5s'])('no time span: %j', (text) => {
  expect(parseDuration(text)).toBeUndefined()
  expect(Duration.safeParse(text).success).toBe(false)
})

test('no time span is longer than a timer can wait', () => {
  for (const span of ['25d', '600h', 2_200_000, '9'.repeat(400)])
    expect(Duration.safeParse(span).success).toBe(false)
  expect(Duration.safeParse('24h').success).toBe(true)
})

test('whole numbers of units come back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1023 }), fc.constantFrom('K', 'M', 'G', 'T'), (count, unit) => {
      expect(bytesOfSize(`${count}${unit}`)).toBe(count * 1024 ** (1 + 'KMGT'.indexOf(unit)))
    }),
  )
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(59), fc.nat(59), fc.nat(999), (h, min, s, ms) => {
      expect(millisecondsOfDuration(`${h}h ${min}min ${s}s ${ms}ms`)).toBe(
        ((h * 60 + min) * 60 + s) * 1000 + ms,
      )
    }),
  )
})

test('any text gives a whole number or nothing', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.KMGTiBmsh -') }))
  fc.assert(
    fc.property(text, (given) => {
      const size = parseSize(given)
      expect(size === undefined || (Number.isSafeInteger(size) && size >= 0)).toBe(true)
      const span = Duration.safeParse(given)
      if (span.success) expect(Number.isSafeInteger(millisecondsOfDuration(span.data))).toBe(true)
    }),
  )
})
