import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { HEAD_BYTES, TAIL_BYTES, diskContent, type DiskContent } from '../plan/disk-content.ts'

export type DiskEnds = { readonly content: DiskContent; readonly bytes: number | undefined }

/**
 * What a disk image or a block device says it is, and how many bytes it has.
 * @returns undefined for anything else of that name: a directory, a pipe.
 * @throws Error of node:fs.
 */
export const readDiskEnds = (path: string): DiskEnds | undefined => {
  // A pipe must not keep us waiting.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const found = fstatSync(fd)
    if (!found.isFile() && !found.isBlockDevice()) return undefined
    const read = (length: number, position: number): Uint8Array => {
      const bytes = Buffer.alloc(length)
      return bytes.subarray(0, readSync(fd, bytes, 0, length, position))
    }
    const head = read(HEAD_BYTES, 0)
    const tail =
      found.isFile() && found.size >= TAIL_BYTES ? read(TAIL_BYTES, found.size - TAIL_BYTES) : Buffer.alloc(0)
    return {
      content: diskContent(head, tail),
      bytes: found.isFile() ? found.size : deviceBytes(path),
    }
  } finally {
    closeSync(fd)
  }
}

/** sysfs counts sectors of 512 bytes, whatever the device has. */
const deviceBytes = (path: string): number | undefined => {
  try {
    const name = basename(realpathSync(path))
    return Number(readFileSync(`/sys/class/block/${name}/size`, 'utf8')) * 512
  } catch {
    return undefined
  }
}
