import type { Problem } from '../errors/problem.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import { checkChain } from './check-chain.ts'
import type { DeclaredDisk } from './declared-disks.ts'
import { DRIVER } from './declared-disks.ts'
import type { FoundDisk, FoundDisks } from './found-disk.ts'
import { volumeDifferences } from './volume-differences.ts'

export type DiskFindings = { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }

/** Where what images say of themselves is not what the definition says of them. What the guest would get wrong, or could reach too much by, is refused. */
export const checkDisks = (
  disks: readonly DeclaredDisk[],
  found: FoundDisks,
  { dynamicVhd, name }: { readonly dynamicVhd: boolean; readonly name: string },
): DiskFindings => {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  for (const disk of disks) {
    const image = found.get(disk.id)
    if (image?.kind !== 'found') continue
    const wrongFormat = formatProblem(disk, image)
    if (wrongFormat !== undefined) {
      problems.push(wrongFormat)
      continue
    }
    if (image.content.dynamic === true && !dynamicVhd) problems.push(notFixed(disk, name))
    const chain = checkChain(disk, image.chain)
    problems.push(...chain.problems)
    warnings.push(...chain.warnings, ...volumeDifferences(disk, image).map(({ problem }) => problem))
  }
  return { problems, warnings }
}

const UNPACK = { xz: 'xz -dc', gzip: 'gzip -dc', zstd: 'zstd -dc' } as const

const formatProblem = (
  { name, path, at, format, formatKey, readOnly }: DeclaredDisk,
  { content }: Extract<FoundDisk, { kind: 'found' }>,
): Problem | undefined => {
  const real = content.format
  if (real === format) return undefined
  const message = `The image of ${name} is ${real === 'raw' ? 'in no format that could be recognised' : `in ${real} format`}, and the definition says ${format}.`
  const mismatch = (because: string, fix: string): Problem => ({
    code: 'DISK_MISMATCH',
    at,
    message,
    because: `${path}: ${because}`,
    fix,
  })
  if (real === 'xz' || real === 'gzip' || real === 'zstd')
    return {
      ...mismatch(
        'a compressed file is no disk.',
        `Unpack it, and name the new file: ${UNPACK[real]} ${quoteWord(path)} > ${quoteWord(`${path}.raw`)}`,
      ),
      message: `The image of ${name} is compressed (${real}).`,
    }
  if (real === 'raw')
    return mismatch(
      `it has none of the marks of a ${format} image.`,
      `If it is a raw image, write ${formatKey} = "raw"${formatKey === 'imageType' ? ' or remove imageType' : ''}; otherwise get the image anew.`,
    )
  const because = `the guest would see the inside of the ${real} file, not the disk in it.`
  const known = real in DRIVER && (formatKey === 'imageType' || real === 'qcow2')
  if (known) return mismatch(because, `Write ${formatKey} = "${real}".`)
  const qemuName = real === 'vhd' ? 'vpc' : real
  return mismatch(
    because,
    `Convert it, and name the new file: qemu-img convert -f ${qemuName} -O ${readOnly ? 'raw' : 'qcow2'} ${quoteWord(path)} ${quoteWord(`${path}.${readOnly ? 'raw' : 'qcow2'}`)}`,
  )
}

const notFixed = ({ name, path, at }: DeclaredDisk, hypervisor: string): Problem => ({
  code: 'DISK_MISMATCH',
  at,
  message: `The image of ${name} is a VHD that grows, and ${hypervisor} reads only those of a fixed size.`,
  because: path,
  fix: `Convert it, and name the new file: qemu-img convert -f vpc -O vpc -o subformat=fixed,force_size=on ${quoteWord(path)} ${quoteWord(`${path}.fixed`)}`,
})
