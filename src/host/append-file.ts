import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants

/** As `'a'`, but not through a link: what we write is ours, and nobody's who put a link in its place. */
export const APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW

/** A file that is only appended to (0600). Opening throws; writing never does: a machine matters more than what is written about it. */
export type AppendFile = {
  /** Bytes in it. */
  readonly size: () => number
  /** False when not all of it could be written: no space, or it is closed already. */
  readonly append: (data: Uint8Array | string) => boolean
  readonly close: () => void
}

export const openAppendFile = (path: string): AppendFile => {
  // A number is forgotten with its close(2): it may be that of another file by the next write.
  let fd: number | undefined = openSync(path, APPEND, 0o600)
  let size = fstatSync(fd).size
  return {
    size: () => size,
    append: (data) => {
      if (fd === undefined) return false
      const bytes = typeof data === 'string' ? Buffer.from(data) : data
      try {
        const written = writeSync(fd, bytes)
        size += written
        return written === bytes.length
      } catch {
        return false
      }
    },
    close: () => {
      if (fd !== undefined) closeSync(fd)
      fd = undefined
    },
  }
}
