import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyval } from '../../../src/hypervisors/qemu/keyval.ts'

/**
 * QEMU's reading (get_opt_value): a value ends at a single comma, two commas are one, everything else is itself.
 * The first word, without a key, is read the same way.
 */
const parse = (input: string): string[] => {
  const words: string[] = []
  let word = ''
  for (let at = 0; at < input.length; at += 1) {
    const character = input.charAt(at)
    if (character === ',' && input.charAt(at + 1) !== ',') {
      words.push(word)
      word = ''
      continue
    }
    if (character === ',') at += 1
    word += character
  }
  return [...words, word]
}

const text = fc.string({ unit: fc.constantFrom(',', '=', '"', '\\', ' ', '\n', 'a', 'ü') })

test('whatever text a user writes comes back unchanged', () => {
  fc.assert(
    fc.property(text, text, (path, value) => {
      expect(parse(keyval('socket', { path, value }))).toEqual(['socket', `path=${path}`, `value=${value}`])
    }),
    { numRuns: 2000 },
  )
})

test('switches are on and off, numbers are digits, undefined is nothing', () => {
  expect(keyval('tap', { vhost: false, mq: true, queues: 2, ifname: undefined })).toBe(
    'tap,vhost=off,mq=on,queues=2',
  )
  expect(keyval(undefined, { type: 11, value: 'a,b' })).toBe('type=11,value=a,,b')
})
