import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Recorded } from '../../../src/events/event.ts'
import { decodeLine, decodeLines, encodeLine } from '../../../src/events/jsonl.ts'

const base = { at: '2026-11-20T12:00:00.000Z', machine: 'web', boot: 1 }

test('what is written is read', () => {
  const text = fc
    .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 30 })
    .map((codes) => String.fromCodePoint(...codes))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      const events = texts.map((status): Recorded => ({ ...base, kind: 'guest-status', status }))
      expect(decodeLines(events.map(encodeLine).join(''))).toEqual(events)
    }),
  )
})

test('a torn last line, empty lines and rubbish are passed over', () => {
  const line = encodeLine({ ...base, kind: 'guest-ready' })
  expect(decodeLines(`${line}\n\u0000\u0000\n[1]\nnull\n"x"\n${line}${line.slice(0, 30)}`)).toHaveLength(2)
  for (let length = 0; length < line.length - 1; length++)
    expect(decodeLine(line.slice(0, length))).toBeUndefined()
})

test('kinds of a newer version are ignored, fields of a newer version kept', () => {
  expect(decodeLine(JSON.stringify({ ...base, kind: 'guest-teleported' }))).toBeUndefined()
  expect(decodeLine(JSON.stringify({ ...base, kind: 'constructor' }))).toBeUndefined()
  expect(decodeLine(JSON.stringify({ ...base, kind: 'guest-ready', mood: 'good' }))).toMatchObject({
    mood: 'good',
  })
})
