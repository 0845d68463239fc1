import type { Problem } from '../errors/problem.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import type { DeclaredDisk } from './declared-disks.ts'
import type { DiskContent } from './disk-content.ts'
import type { FoundImage } from './found-disk.ts'

/** What a backing file may be: QEMU's names, "file" and "host_device" as older images spell raw. */
const BACKING_FORMATS = ['raw', 'qcow2', 'vpc', 'vhdx', 'file', 'host_device']

/** What an image lies on, against what the definition allows. `below` is what the file is, where it could be looked at. */
export const backingProblems = (
  disk: DeclaredDisk,
  image: FoundImage,
  backing: NonNullable<FoundImage['backing']>,
  subject: string,
  below: DiskContent | undefined,
): Problem[] => {
  const { at } = disk
  const path = quoteWord(image.path)
  if (!disk.backingFiles)
    return [
      {
        code: 'DISK_MISMATCH',
        at,
        message: `${subject} lies on a backing file, ${backing.name}, which the definition does not allow.`,
        because: `${image.path}: without the backing file the guest would find an empty disk; with it, whatever that name leads to.`,
        fix: `${disk.volume === undefined ? '' : 'If you trust the image, set backingFiles = true. '}To make one whole image of it: qemu-img rebase -f ${image.declared ?? 'qcow2'} -b '' ${path}`,
      },
    ]
  if (backing.path === undefined)
    return [
      {
        code: 'DISK_MISMATCH',
        at,
        message: `${subject} lies on ${backing.name}, which is no path of a file.`,
        because: `${image.path}: protocols and descriptions in JSON are not followed.`,
        fix: 'Copy what it lies on to this host, and write the name of the copy into the image with "qemu-img rebase -u".',
      },
    ]
  if (backing.format === undefined)
    return [
      {
        code: 'DISK_MISMATCH',
        at,
        message: `${subject} does not say in which format its backing file ${backing.name} is.`,
        because: `${image.path}: the hypervisor would guess, and whoever wrote to that file decides what is guessed.`,
        fix: `Write the format into it: qemu-img rebase -u -F ${qemuName(below?.format ?? 'raw')} -b ${quoteWord(backing.name)} ${path}`,
      },
    ]
  if (!BACKING_FORMATS.includes(backing.format))
    return [
      {
        code: 'DISK_MISMATCH',
        at,
        message: `${subject} lies on a backing file in ${backing.format} format.`,
        because: `${backing.name}: raw and qcow2 are what both hypervisors read.`,
        fix: `Convert it, and name the new file: qemu-img convert -O qcow2 ${quoteWord(backing.path)} ${quoteWord(`${backing.path}.qcow2`)} && qemu-img rebase -u -F qcow2 -b ${quoteWord(`${backing.path}.qcow2`)} ${path}`,
      },
    ]
  return []
}

/** QEMU's name of a format. */
const qemuName = (format: string): string => (format === 'vhd' ? 'vpc' : format)

const NAMES: Readonly<Record<string, string>> = { vpc: 'vhd', file: 'raw', host_device: 'raw' }

/** A base that is not what the image above says is as wrong as a disk that is not what the definition says. */
export const formatOfBacking = (disk: DeclaredDisk, image: FoundImage, subject: string): Problem[] => {
  if (image.declared === undefined || image.content === undefined) return []
  const declared = NAMES[image.declared] ?? image.declared
  const real = image.content.format
  if (declared === real) return []
  return [
    {
      code: 'DISK_MISMATCH',
      at: disk.at,
      message: `${subject} is in ${real} format, and the image above it says ${declared}.`,
      because: `${image.path}: the guest would not see the disk in it.`,
      fix: `Correct it in the image above: qemu-img rebase -u -F ${qemuName(real)} -b ${quoteWord(image.path)} ${quoteWord(disk.path)}`,
    },
  ]
}
