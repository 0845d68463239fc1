import { expect, test } from 'vitest'
import { cpio } from '../../../src/images/debian/cpio.ts'

const entries = [
  { name: 'init', mode: 0o100755, data: Buffer.from('#!/bin/sh\n') },
  { name: 'bin', mode: 0o040755 },
  { name: 'bin/sh', mode: 0o120777, data: Buffer.from('busybox') },
]

test('the same entries give the same bytes, in whatever order they come', () => {
  expect(cpio(entries.toReversed()).equals(cpio(entries))).toBe(true)
})

test('records have the header of the format and end on multiples of four', () => {
  const archive = cpio(entries)
  expect(archive.length % 4).toBe(0)
  // "bin" comes first: inode 1, a directory, one link, no data, a name of four bytes.
  expect(archive.subarray(0, 116).toString('latin1')).toBe(
    '070701' +
      ['00000001', '000041ED', '00000000', '00000000', '00000001', '00000000', '00000000'].join('') +
      ['00000000', '00000000', '00000000', '00000000', '00000004', '00000000'].join('') +
      'bin\0\0\0',
  )
  expect(archive.toString('latin1')).toContain('TRAILER!!!')
})
