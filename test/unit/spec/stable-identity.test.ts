import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stableMac, stableUuid } from '../../../src/spec/stable-identity.ts'

test('never changes: guests keep their leases and machine-ids by it', () => {
  expect(stableMac('web', 'uplink')).toMatchInlineSnapshot(`"a2:03:99:cf:40:4b"`)
  expect(stableUuid('web')).toMatchInlineSnapshot(`"01d3d5f7-0a18-8244-a170-95a81094e052"`)
})

test('is a locally administered unicast MAC and a version 8 UUID', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (machine, name) => {
      expect(stableMac(machine, name)).toMatch(/^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/)
      expect(stableUuid(machine)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
    }),
  )
})

test('differs between thousands of like names', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `m${index}`)
  expect(new Set(names.map((name) => stableMac(name, 'eth0'))).size).toBe(names.length)
  expect(new Set(names.map((name) => stableMac('web', name))).size).toBe(names.length)
  expect(new Set(names.map(stableUuid)).size).toBe(names.length)
})
