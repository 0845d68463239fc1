import { expect, test } from 'vitest'
import { tellingFirst } from '../../../src/errors/telling-lines.ts'

const first = (output: string): string => tellingFirst(output).split('\n')[0] ?? ''

test.each([
  [
    'apt',
    'I: installing\nReading package lists...\nE: Unable to locate package nope\nE: apt failed',
    'E: Unable to locate package nope',
  ],
  [
    'mkfs.btrfs',
    "btrfs-progs v6.2\nERROR: 'x' is too small to make a usable filesystem\n",
    "ERROR: 'x' is too small to make a usable filesystem",
  ],
  [
    'mke2fs',
    'Creating journal\nx: Not enough space to build proposed filesystem\nmkfs.ext4: invalid option',
    'mkfs.ext4: invalid option',
  ],
  ['a program without such words', 'one\ntwo\nthree\nfour\nfive', 'two'],
  ['one line', 'mount: /x: wrong fs type', 'mount: /x: wrong fs type'],
  ['nothing', '', ''],
])('the reason of %s comes first', (_, output, reason) => {
  expect(first(output)).toBe(reason)
})

test('nothing of the output is lost', () => {
  expect(tellingFirst('a\nE: why\nb').split('\n')).toEqual(['E: why', 'Beside that it said:', 'a', 'b'])
})
