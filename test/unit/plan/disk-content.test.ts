import { expect, test } from 'vitest'
import { diskContent } from '../../../src/plan/disk-content.ts'

const bytes = (text: string, at = 0): Buffer => Buffer.concat([Buffer.alloc(at), Buffer.from(text, 'latin1')])
const nothing = Buffer.alloc(0)

test.each([
  ['qcow2', bytes('QFI\xfb\0\0\0\x03')],
  ['qcow2', bytes('QFI\xfb\0\0\0\x02')],
  ['qcow', bytes('QFI\xfb\0\0\0\x01')],
  ['vhdx', bytes('vhdxfile')],
  ['vmdk', bytes('KDMV')],
  ['vmdk', bytes('# Disk DescriptorFile\nversion=1')],
  ['vdi', bytes('\x7f\x10\xda\xbe', 0x40)],
  ['xz', bytes('\xfd7zXZ\0')],
  ['gzip', bytes('\x1f\x8b\x08')],
  ['zstd', bytes('\x28\xb5\x2f\xfd')],
] as const)('%s is known by its mark', (format, head) => {
  expect(diskContent(head, nothing)).toEqual({ format })
})

test('a VHD grows when its footer stands in front, too', () => {
  expect(diskContent(bytes('conectix'), bytes('conectix'))).toEqual({ format: 'vhd', dynamic: true })
  expect(diskContent(Buffer.alloc(512), bytes('conectix'))).toEqual({ format: 'vhd' })
})

test.each([
  ['nothing', nothing],
  ['zeros', Buffer.alloc(512)],
  ['a LUKS header, which a guest may have made', bytes('LUKS\xba\xbe\0\x02')],
  ['the beginning of a mark', bytes('QFI\xfb')],
  ['a qcow2 version that is none', bytes('QFI\xfb\0\0\0\x09')],
])('%s is raw', (_, head) => {
  expect(diskContent(head, nothing)).toEqual({ format: 'raw' })
})
