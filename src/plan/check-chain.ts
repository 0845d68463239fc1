import type { Problem } from '../errors/problem.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import { backingProblems, formatOfBacking } from './check-backing.ts'
import type { DiskContent } from './disk-content.ts'
import type { DeclaredDisk } from './declared-disks.ts'
import type { FoundImage } from './found-disk.ts'
import { HOW_TO_GET } from './how-to-get.ts'

/** What an image, and those it lies on, say of themselves, against what the definition allows. */
export const checkChain = (
  disk: DeclaredDisk,
  chain: readonly FoundImage[],
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } => {
  const findings = chain.map((image, depth) => checkImage(disk, image, depth, chain[depth + 1]?.content))
  return {
    problems: findings.flatMap(({ problems }) => problems),
    warnings: findings.flatMap(({ warnings }) => warnings),
  }
}

const checkImage = (disk: DeclaredDisk, image: FoundImage, depth: number, below: DiskContent | undefined) => {
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
        'Put it back, or write another name into the image above it with "qemu-img rebase -u".',
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
  if (image.backing !== undefined)
    problems.push(...backingProblems(disk, image, image.backing, subject, below))
  return { problems, warnings }
}
