import type { Problem } from '../errors/problem.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import type { DeclaredDisk } from './declared-disks.ts'
import type { FoundImage } from './found-disk.ts'
import { HOW_TO_GET } from './how-to-get.ts'

/** What a backing file may be: QEMU's names, "file" and "host_device" as older images spell raw. */
const BACKING_FORMATS = ['raw', 'qcow2', 'vpc', 'vhdx', 'file', 'host_device']

/** What an image, and those it lies on, say of themselves, against what the definition allows. */
export const checkChain = (
  disk: DeclaredDisk,
  chain: readonly FoundImage[],
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } => {
  const findings = chain.map((image, depth) => checkImage(disk, image, depth))
  return {
    problems: findings.flatMap(({ problems }) => problems),
    warnings: findings.flatMap(({ warnings }) => warnings),
  }
}

const checkImage = (disk: DeclaredDisk, image: FoundImage, depth: number) => {
  const { at } = disk
  const path = quoteWord(image.path)
  const subject = depth === 0 ? `The image of ${disk.name}` : `The backing file ${image.path} of ${disk.name}`
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const add = (code: Problem['code'], message: string, because: string, fix: string): void =>
    void problems.push({ code, at, message: `${subject} ${message}`, because, fix })

  if (image.trouble !== undefined) {
    const { code, said } = image.trouble
    if (code === 'PROGRAM_MISSING')
      add(
        code,
        'cannot be looked at: qemu-img is not installed.',
        'What such an image names (a backing file, a data file) is checked before a guest gets it.',
        HOW_TO_GET['qemu-img'],
      )
    else if (code === 'FILE_MISSING')
      add(
        code,
        'is not there.',
        said,
        `Put it back, or name another: qemu-img rebase -u -F FORMAT -b FILE ${quoteWord(disk.path)}`,
      )
    else
      add(
        code,
        'cannot be read.',
        `${image.path}: ${said}`,
        `See what is wrong with it: qemu-img check ${path}`,
      )
    return { problems, warnings }
  }
  if (depth > 0) problems.push(...formatOfBacking(disk, image, subject))
  if (image.encrypted === true)
    add(
      'DISK_MISMATCH',
      'is encrypted.',
      `${image.path}: no hypervisor here is given a key for it.`,
      'Encrypt inside the guest (cryptsetup), or the disk below (LUKS on the host), and use an image that is not encrypted.',
    )
  if (image.dataFile !== undefined)
    add(
      'DISK_MISMATCH',
      `keeps its data in another file, ${image.dataFile}.`,
      `${image.path}: whatever that name leads to would become the guest's disk.`,
      `Make one file of it, and name that: qemu-img convert -f ${image.declared ?? 'qcow2'} -O qcow2 ${path} ${quoteWord(`${image.path}.whole`)}`,
    )
  if (image.corrupt === true && !(disk.readOnly || depth > 0))
    add(
      'DISK_DAMAGED',
      'is marked as corrupt.',
      `${image.path}: damage was found when it was last used, and writing could make it worse.`,
      `Copy it, then repair it: qemu-img check -r all ${path}`,
    )
  else if (image.corrupt === true)
    warnings.push({
      code: 'DISK_DAMAGED',
      at,
      message: `${subject} is marked as corrupt.`,
      because: `${image.path}: damage was found when it was last used. It is only read from here.`,
      fix: `Look at it: qemu-img check ${path}`,
    })
  if (image.dirty === true)
    warnings.push({
      code: 'DISK_DAMAGED',
      at,
      message: `${subject} was not closed by who used it last.`,
      because: `${image.path}: its reference counts may be wrong. The hypervisor repairs them as it opens the image.`,
      fix: `To repair it before: qemu-img check -r leaks ${path}`,
    })
  if (image.backing !== undefined) problems.push(...backingProblems(disk, image, image.backing, subject))
  return { problems, warnings }
}

const backingProblems = (
  disk: DeclaredDisk,
  image: FoundImage,
  backing: NonNullable<FoundImage['backing']>,
  subject: string,
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
        fix: `Name a local file: qemu-img rebase -u -F FORMAT -b FILE ${path}`,
      },
    ]
  if (backing.format === undefined)
    return [
      {
        code: 'DISK_MISMATCH',
        at,
        message: `${subject} does not say in which format its backing file ${backing.name} is.`,
        because: `${image.path}: the hypervisor would guess, and whoever wrote to that file decides what is guessed.`,
        fix: `Write the format into it: qemu-img rebase -u -F FORMAT -b ${quoteWord(backing.name)} ${path}`,
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

const NAMES: Readonly<Record<string, string>> = { vpc: 'vhd', file: 'raw', host_device: 'raw' }

/** A base that is not what the image above says is as wrong as a disk that is not what the definition says. */
const formatOfBacking = (disk: DeclaredDisk, image: FoundImage, subject: string): Problem[] => {
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
      fix: `Correct it in the image above: qemu-img rebase -u -F ${real} -b ${quoteWord(image.path)} ${quoteWord(disk.path)}`,
    },
  ]
}
