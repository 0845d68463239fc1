import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneLine } from '../../../src/errors/printable.ts'
import type { Recorded } from '../../../src/events/event.ts'
import { decodeLine, decodeLines, encodeLine } from '../../../src/events/jsonl.ts'

const base = { at: '2026-11-20T12:00:00.000Z', machine: 'web', boot: 1 }

test('what is written is read, less what would harm a terminal', () => {
  const text = fc
    .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 30 })
    .map((codes) => String.fromCodePoint(...codes))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      const events = texts.map((status): Recorded => ({ ...base, kind: 'guest-status', status }))
      expect(decodeLines(events.map(encodeLine).join(''))).toEqual(
        texts.map((status) => ({ ...base, kind: 'guest-status', status: oneLine(status) })),
      )
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

test('what is of another kind than it should be is no event', () => {
  for (const event of [
    { kind: 'warning', message: 5 },
    { kind: 'failed', code: 'INTERNAL', message: 'x', because: null },
    { kind: 'state', from: 'stopped', to: ['ready'], because: 'x' },
    { kind: 'restarting', inMs: '5', failures: 1, because: 'x' },
    { kind: 'guest-unit', unit: 'x', active: 1 },
    { kind: 'guest-ready', at: 'soon' },
    { kind: 'guest-ready', boot: null },
    { kind: 'guest-hello', hostname: {} },
  ])
    expect(decodeLine(JSON.stringify({ ...base, ...event }))).toBeUndefined()
  expect(decodeLine(`{"kind":"guest-ready","at":"${base.at}","machine":"web","boot":1e999}`)).toBeUndefined()
})

test('nothing harmful is read, in no field, name or depth', () => {
  const evil = '\u001B]52;c;x\u0007\u001B[2J\u009Bone\ntwo'
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const read = decodeLine(
    `${JSON.stringify({ ...base, kind: 'failed', machine: evil, code: evil, message: evil, because: evil, [evil]: 1, mood: evil, ['__proto__']: evil }).slice(0, -1)},"deep":${deep}}`,
  )
  expect({ ...read }).toEqual({
    ...base,
    kind: 'failed',
    machine: 'one two',
    code: 'one two',
    message: 'one two',
    because: 'one\ntwo',
    mood: 'one two',
    ['__proto__']: 'one two',
  })
  expect(() => encodeLine(read as Recorded)).not.toThrow()
})
