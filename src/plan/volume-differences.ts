import type { Problem } from '../errors/problem.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import type { VolumeSpec } from '../spec/machine-spec.ts'
import type { DeclaredDisk } from './declared-disks.ts'
import type { FoundDisk } from './found-disk.ts'
import { sizeText } from './size-text.ts'

type Found = Extract<FoundDisk, { kind: 'found' }>

export type VolumeDifference = {
  /** What the definition says, for the step of the plan. */
  readonly says: string
  readonly problem: Problem
}

/** qemu-img rounds a VHD up to whole cylinders of at most 16 heads and 255 sectors; other formats to a sector. */
const ROUNDING = { raw: 0, qcow2: 512, vhdx: 2 ** 20, vhd: 16 * 255 * 512 } as const

/** What the definition says of a volume, and an image that is there already does not have. Such an image is never changed. */
export const volumeDifferences = (disk: DeclaredDisk, found: Found): VolumeDifference[] => [
  ...(disk.volume?.size === undefined || found.size === undefined
    ? []
    : sizeDifference(disk, disk.volume.size, found.size)),
  ...fileSystemDifferences(disk, found.fileSystem),
]

/** Whether the definition says what is in the volume: it is to be created with it, or its file system is another one than the default. */
export const saysFileSystem = ({ autoCreate, fsType }: VolumeSpec): boolean =>
  fsType !== 'none' && (autoCreate || fsType !== 'ext4')

const difference = (
  { name, path, at }: DeclaredDisk,
  key: string,
  says: string,
  { message, because, fix }: { message: string; because: string; fix: string },
): VolumeDifference => ({
  says,
  problem: {
    code: 'DISK_MISMATCH',
    at: [...at.slice(0, -1), key],
    message: `The image of ${name} ${message}`,
    because: `${path}: ${because}`,
    fix,
  },
})

const sizeDifference = (disk: DeclaredDisk, wanted: number, has: number): VolumeDifference[] => {
  if (Math.abs(has - wanted) <= ROUNDING[disk.format]) return []
  const keep = `write size = "${literal(has)}"`
  const grow = growCommand(disk, wanted)
  return [
    difference(disk, 'size', `size = "${literal(wanted)}"`, {
      message: `has ${sizeText(has)}, and the definition says ${sizeText(wanted)}.`,
      because: 'it exists, and an existing image is never resized.',
      fix:
        has > wanted
          ? `An image is not made smaller: ${keep}.`
          : grow === undefined
            ? `It does not grow: ${keep}, or make another volume and copy what is in this one.`
            : `While the machine does not run, "${grow}"; then grow the file system in the guest. Or ${keep}.`,
    }),
  ]
}

/** A block device is not ours to grow, and `qemu-img resize` grows no VHD and no VHDX. */
const growCommand = ({ format, path }: DeclaredDisk, bytes: number): string | undefined => {
  if (path.startsWith('/dev/')) return undefined
  if (format === 'raw') return `truncate -s ${bytes} ${quoteWord(path)}`
  return format === 'qcow2' ? `qemu-img resize -f qcow2 ${quoteWord(path)} ${bytes}` : undefined
}

const fileSystemDifferences = (disk: DeclaredDisk, found: Found['fileSystem']): VolumeDifference[] => {
  const { volume } = disk
  if (volume === undefined || found === undefined || !saysFileSystem(volume)) return []
  const { fsType, label } = volume
  if (family(found.type) !== fsType) {
    const has = found.type === undefined ? 'no file system that blkid(8) knows' : found.type
    const keep = isFsType(found.type) ? `Write fsType = "${found.type}"` : 'Write fsType = "none"'
    return [
      difference(disk, 'fsType', `fsType = "${fsType}"`, {
        message: `holds ${has}, and the definition says ${fsType}.`,
        because: 'it exists, and a file system is made only in a new image.',
        fix: volume.autoCreate
          ? `${keep}; or, if nothing in it is needed, remove it, and the next start makes it anew: rm ${quoteWord(disk.path)}`
          : `${keep}, or name another image.`,
      }),
    ]
  }
  if (label === undefined || !/^[\w.-]+$/.test(label) || sameLabel(fsType, label, found.label)) return []
  return [
    difference(disk, 'label', `label = "${label}"`, {
      message: `has ${found.label === undefined ? 'no label' : `the label "${found.label}"`}, and the definition says "${label}".`,
      because: 'it exists, and an existing image is never changed.',
      fix: `Label it in the guest${fsType === 'ext4' ? ` (or here, while the machine does not run: e2label ${quoteWord(disk.path)} ${label})` : ''}, or correct the definition.`,
    }),
  ]
}

/** ext2 and ext3 are ext4 without some features, which mkfsExtraArgs may leave out. */
const family = (type: string | undefined): string | undefined =>
  type === 'ext2' || type === 'ext3' ? 'ext4' : type

const isFsType = (type: string | undefined): boolean =>
  ['ext4', 'xfs', 'btrfs', 'vfat', 'swap'].includes(type ?? '')

const sameLabel = (fsType: string, label: string, found: string | undefined): boolean =>
  fsType === 'vfat' ? found?.toUpperCase() === label.toUpperCase() : found === label

/** As a definition spells it. */
const literal = (bytes: number): string => {
  for (const [unit, factor] of [
    ['T', 2 ** 40],
    ['G', 2 ** 30],
    ['M', 2 ** 20],
    ['K', 2 ** 10],
  ] as const)
    if (bytes % factor === 0) return `${bytes / factor}${unit}`
  return String(bytes)
}
