/** What the bytes of a file say it is. Formats that microvm does not start from are here to be refused by their names. */
export type DiskContent = {
  readonly format: DiskFormat
  /** A VHD that grows, or that names a parent: its footer stands at the beginning, too. */
  readonly dynamic?: true
}

export type DiskFormat =
  | 'raw'
  | 'qcow2'
  | 'vhd'
  | 'vhdx'
  | 'qcow'
  | 'vmdk'
  | 'vdi'
  | 'qed'
  | 'parallels'
  | 'xz'
  | 'gzip'
  | 'zstd'

/** How much of the beginning and of the end `diskContent` looks at, in bytes. */
export const HEAD_BYTES = 512
export const TAIL_BYTES = 512

/** Marks at fixed places, from QEMU's docs/interop and block/*.c, the VHD and VHDX specifications, and file formats of RFC 1952, 8878 and xz. */
const MARKS: readonly (readonly [format: DiskFormat, at: number, mark: string])[] = [
  ['qcow2', 0, 'QFI\xfb\0\0\0\x02'],
  ['qcow2', 0, 'QFI\xfb\0\0\0\x03'],
  ['qcow', 0, 'QFI\xfb\0\0\0\x01'],
  ['vhdx', 0, 'vhdxfile'],
  ['vmdk', 0, 'KDMV'],
  ['vmdk', 0, 'COWD'],
  ['vmdk', 0, '# Disk DescriptorFile'],
  ['vdi', 0x40, '\x7f\x10\xda\xbe'],
  ['qed', 0, 'QED\0'],
  ['parallels', 0, 'WithoutFreeSpace'],
  ['parallels', 0, 'WithouFreSpacExt'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
]

const VHD = 'conectix'

/**
 * The format of a disk image by its marks alone: nothing in it is followed or believed, since a guest may have written all of it.
 * @param tail the last bytes of the file; empty for a block device.
 */
export const diskContent = (head: Uint8Array, tail: Uint8Array): DiskContent => {
  const marked = MARKS.find(([, at, mark]) => has(head, at, mark))
  if (marked !== undefined) return { format: marked[0] }
  if (has(head, 0, VHD)) return { format: 'vhd', dynamic: true }
  return { format: has(tail, 0, VHD) ? 'vhd' : 'raw' }
}

const has = (bytes: Uint8Array, at: number, mark: string): boolean =>
  bytes.length >= at + mark.length &&
  [...mark].every((char, index) => bytes[at + index] === char.charCodeAt(0))
