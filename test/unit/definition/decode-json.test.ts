import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJson } from '../../../src/definition/decode-json.ts'
import { jsonPlaces } from '../../../src/definition/json-places.ts'
import { locateIn } from '../../../src/definition/places-tree.ts'

const problems = (text: string) => {
  const result = decodeJson(text, 'd.json')
  return (result.ok ? result.value.problems : result.problems).map(
    ({ code, place }) => `${code} ${place?.line}:${place?.column}`,
  )
}

test.each([
  ['', 'DEFINITION_SYNTAX 1:1'],
  ['{\n  "machines": {},\n}', 'DEFINITION_SYNTAX 3:1'],
  ['{ "machines": { } } x', 'DEFINITION_SYNTAX 1:21'],
  ["{ 'machines': {} }", 'DEFINITION_SYNTAX 1:3'],
  ['{ "machines": { "web": { "vcpu": 01 } } }', 'DEFINITION_SYNTAX 1:35'],
  ['{ "machines": [', 'DEFINITION_SYNTAX 1:16'],
  ['{ "machines": {\n "web": { "mem": 1,\n "mem": 2 } } }', 'DEFINITION_SYNTAX 3:2'],
  ['{ "machines": {\r\n "web": { "vcpu":\r\n "x" } } }', 'DEFINITION_VALUE 3:2'],
  [
    '{ "machines": { "web": { "volumes": [ { "image": "a" }, { "imag": "b" } ] } } }',
    'DEFINITION_UNKNOWN_KEY 1:59',
  ],
  ['{ "machines": { "web": { "volumes": [ { "image": "a" }, { } ] } } }', 'DEFINITION_VALUE 1:57'],
  ['\uFEFF{ "machines": { "web": 5 } }', 'DEFINITION_VALUE 1:24'],
  ['{ "machines": { "__proto__": {} } }', 'DEFINITION_UNKNOWN_KEY 1:17'],
  ['null', 'DEFINITION_VALUE 1:1'],
])('%j → %s', (text, expected) => {
  expect(problems(text)).toEqual([expected])
})

test('takes the same texts as JSON.parse', () => {
  const accepts = (text: string) => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const broken = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '{', '0', '\\', ' ', '\n', '\u0001', 'é'),
    )
    .map(([text, at, insert]) => {
      const from = at % (text.length + 1)
      return text.slice(0, from) + insert + text.slice(from + (at % 2))
    })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), broken), (text) => {
      expect(jsonPlaces(text).ok).toBe(accepts(text))
    }),
    { numRuns: 2000 },
  )
})

test('never throws, however deep or strange', () => {
  expect(() => decodeJson('['.repeat(100_000), 'd.json')).not.toThrow()
  expect(() => decodeJson(`"${'a'.repeat(3_000_000)}"`, 'd.json')).not.toThrow()
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      decodeJson(text, 'd.json')
    }),
  )
})

test('every value is found where it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 3), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const places = jsonPlaces(text)
      const locate = locateIn('d.json', () => (places.ok ? places.tree : undefined))
      const lines = text.split('\n')
      const check = (part: unknown, at: (string | number)[]): void => {
        const place = locate(at)
        const rest = lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1) ?? ''
        if (typeof part !== 'object' || part === null)
          expect(rest.startsWith(JSON.stringify(part))).toBe(true)
        else {
          expect(rest[0]).toBe(Array.isArray(part) ? '[' : '{')
          for (const [key, inner] of Object.entries(part))
            check(inner, [...at, Array.isArray(part) ? Number(key) : key])
        }
      }
      check(JSON.parse(text), [])
    }),
  )
})
