import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestWord } from '../../../src/definition/nearest-word.ts'

const KEYS = ['mem', 'vcpu', 'volumes', 'interfaces', 'hugepageMem', 'hugepageSize']

test.each([
  ['men', 'mem'],
  ['vpcu', 'vcpu'],
  ['volume', 'volumes'],
  ['Interfaces', 'interfaces'],
  ['hugepagesMem', 'hugepageMem'],
  ['xyz', undefined],
  ['', undefined],
  ['m'.repeat(10_000), undefined],
])('%s → %s', (word, meant) => {
  expect(nearestWord(word, KEYS)).toBe(meant)
})

test('a word is nearest to itself', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEYS), (word) => {
      expect(nearestWord(word, KEYS)).toBe(word)
    }),
  )
})
