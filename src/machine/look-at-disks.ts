import { dirname, resolve } from 'node:path'
import { oneLine } from '../errors/printable.ts'
import { askBlkid } from '../host/ask-blkid.ts'
import { askQemuImg, type ImageInfo } from '../host/ask-qemu-img.ts'
import { findProgram } from '../host/find-program.ts'
import { readDiskEnds, type DiskEnds } from '../host/read-disk-ends.ts'
import { declaredDisks, type DeclaredDisk } from '../plan/declared-disks.ts'
import type { FoundDisk, FoundDisks, FoundImage } from '../plan/found-disk.ts'
import { saysFileSystem } from '../plan/volume-differences.ts'
import type { Places } from '../plan/places.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'

/** QEMU's names of formats that are described by qemu-img; all others have no description of their own. */
const DESCRIBED = ['qcow2', 'vpc', 'vhdx']

/** A longer chain is a loop, or a trap. */
const CHAIN_MAX = 64

/** Looks at every disk image of a machine, all at once. Nothing is changed, locked or followed beyond what the definition allows. */
export const lookAtDisks = async (
  spec: MachineSpec,
  places: Places,
  image: FilesImage | undefined,
  env: NodeJS.ProcessEnv,
): Promise<FoundDisks> => {
  const found = await Promise.all(
    declaredDisks(spec, places, image).map(async (disk): Promise<[string, FoundDisk | undefined]> => [
      disk.id,
      await lookAt(disk, env),
    ]),
  )
  return new Map(found.filter((entry): entry is [string, FoundDisk] => entry[1] !== undefined))
}

const lookAt = async (disk: DeclaredDisk, env: NodeJS.ProcessEnv): Promise<FoundDisk | undefined> => {
  const ends = endsOf(disk.path)
  if (ends === 'absent') return { kind: 'absent' }
  if (ends === undefined) return undefined
  const { content, bytes } = ends
  // What is not what it is said to be is not read as that.
  const follow = disk.format !== 'raw' && content.format === disk.format
  const chain = follow ? await followChain(disk, env) : []
  const size = disk.format === 'raw' ? bytes : chain[0]?.size
  const fileSystem =
    disk.volume !== undefined &&
    saysFileSystem(disk.volume) &&
    disk.format === 'raw' &&
    content.format === 'raw'
      ? await askBlkid(disk.path)
      : undefined
  return { kind: 'found', content, size, chain, fileSystem }
}

const endsOf = (path: string): DiskEnds | 'absent' | undefined => {
  try {
    return readDiskEnds(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : undefined
  }
}

type Link = FoundImage & { readonly size?: number | undefined }

/** The image, and what it lies on where the definition allows that. Link by link: qemu-img itself would open all that is named, whatever it is. */
const followChain = async (disk: DeclaredDisk, env: NodeJS.ProcessEnv): Promise<Link[]> => {
  const links: Link[] = []
  let next: { path: string; declared: string | undefined } | undefined = {
    path: disk.path,
    declared: disk.driver,
  }
  while (next !== undefined && links.length < CHAIN_MAX) {
    const { path, declared } = next
    const link: Link = links.some((above) => above.path === path)
      ? {
          path,
          declared,
          content: undefined,
          trouble: { code: 'FILE_WRONG_KIND', said: 'It lies on itself.' },
        }
      : await describe(path, declared, env)
    links.push(link)
    const below: FoundImage['backing'] = disk.backingFiles ? link.backing : undefined
    next = below?.path === undefined ? undefined : { path: below.path, declared: below.format }
  }
  return links
}

const describe = async (
  path: string,
  declared: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Link> => {
  const ends = endsOf(path)
  if (ends === 'absent')
    return {
      path,
      declared,
      content: undefined,
      trouble: { code: 'FILE_MISSING', said: 'There is no such file.' },
    }
  if (ends === undefined)
    return {
      path,
      declared,
      content: undefined,
      trouble: { code: 'FILE_WRONG_KIND', said: 'It cannot be read, or is no file.' },
    }
  const { content } = ends
  if (declared === undefined || !DESCRIBED.includes(declared)) return { path, declared, content }
  const program = findProgram('qemu-img', env)
  if (program === undefined)
    return { path, declared, content, trouble: { code: 'PROGRAM_MISSING', said: '' } }
  const info = await askQemuImg(program, path, declared)
  if ('said' in info)
    return { path, declared, content, trouble: { code: 'FILE_WRONG_KIND', said: info.said } }
  return { path, declared, content, size: info.virtualSize, ...described(info, path) }
}

const described = (info: ImageInfo, path: string): Partial<FoundImage> => ({
  ...(info.backing === undefined
    ? {}
    : {
        backing: {
          name: oneLine(info.backing.name),
          path: pathOf(info.backing.full, path),
          format: info.backing.format === undefined ? undefined : oneLine(info.backing.format),
        },
      }),
  ...(info.dataFile === undefined ? {} : { dataFile: oneLine(info.dataFile) }),
  ...(info.encrypted ? { encrypted: true } : {}),
  ...(info.corrupt ? { corrupt: true } : {}),
  ...(info.dirty ? { dirty: true } : {}),
})

/** A name with a colon before its first slash is a protocol or `json:` (path_has_protocol in QEMU's block.c). */
const pathOf = (name: string, image: string): string | undefined =>
  /^[^/]*:/.test(name) || oneLine(name) !== name ? undefined : resolve(dirname(image), name)
