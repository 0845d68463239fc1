import fc from 'fast-check'
import { expect, test } from 'vitest'
import { optionList } from '../../../src/hypervisors/cloud-hypervisor/options.ts'
import { asIntegers, asText, asToggle, parseOptions } from './option-parser.ts'

const KEYS = ['id', 'path', 'fd', 'iommu', 'mtu']

/** Texts of the characters that mean something to the parser, and of any others. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', '[', ']', ',', '=', ' ', '\n', 'a', 'ü') }),
)

test('whatever text a user writes comes back unchanged', () => {
  fc.assert(
    fc.property(text, text, (id, path) => {
      const values = parseOptions(optionList({ id, path }), KEYS)
      expect([asText(values.get('id')), asText(values.get('path'))]).toEqual([id, path])
    }),
    { numRuns: 2000 },
  )
})

test('numbers, lists and switches come back, beside any text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.boolean(),
      fc.nat(),
      text,
      (fd, iommu, mtu, path) => {
        const values = parseOptions(optionList({ fd, iommu, path, mtu }), KEYS)
        expect(asIntegers(values.get('fd') ?? '')).toEqual(fd)
        expect(asToggle(values.get('iommu') ?? '')).toBe(iommu)
        expect(values.get('mtu')).toBe(String(mtu))
        expect(asText(values.get('path'))).toBe(path)
      },
    ),
  )
})

test('what is undefined is left out, and harmless texts stay readable', () => {
  expect(optionList({ path: '/run/microvm/web/api.sock', id: undefined })).toBe(
    'path=/run/microvm/web/api.sock',
  )
})
