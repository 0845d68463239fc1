import { describe, expect, test } from 'vitest'
import { mergeById, mergePatch } from '../../../src/hypervisors/cloud-hypervisor/merge-patch.ts'

/** The examples of RFC 7386, appendix A. */
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result)
})

test('a key that is the name of the prototype is only a key', () => {
  mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'))
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

describe('lists of a configuration', () => {
  const ours = {
    disks: [
      { id: 'root', path: '/r', readonly: true },
      { id: 'vol0', path: '/v' },
    ],
    platform: { oem_strings: ['a', 'b'] },
  }
  const merged = (patch: unknown): unknown => mergePatch(ours, patch, mergeById)

  test('a device is addressed by its id, and none is lost', () => {
    expect(
      merged({
        disks: [
          { id: 'vol0', direct: true, path: null },
          { id: 'more', path: '/m' },
        ],
      }),
    ).toEqual({
      ...ours,
      disks: [
        { id: 'root', path: '/r', readonly: true },
        { id: 'vol0', direct: true },
        { id: 'more', path: '/m' },
      ],
    })
  })

  test('a device without an id is added', () => {
    expect(merged({ disks: [{ path: '/x' }] })).toEqual({ ...ours, disks: [...ours.disks, { path: '/x' }] })
  })

  test('an empty list takes nothing away', () => expect(merged({ disks: [] })).toEqual(ours))

  test('texts come behind ours, once', () => {
    expect(merged({ platform: { oem_strings: ['b', 'c'] } })).toEqual({
      ...ours,
      platform: { oem_strings: ['a', 'b', 'c'] },
    })
  })

  test('a list where we have none is taken as it is', () => {
    expect(merged({ numa: [{ guest_numa_id: 0 }] })).toEqual({ ...ours, numa: [{ guest_numa_id: 0 }] })
  })
})
