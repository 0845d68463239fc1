import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type RotatingLog = { readonly write: (chunk: Uint8Array | string) => void; readonly close: () => void }

/**
 * A log that an untrusted writer cannot fill the disk with: at `maxBytes` it becomes `.1` (replacing the one before) and starts anew.
 * Mode 0600. Writes never throw.
 */
export const openRotatingLog = (path: string, maxBytes: number): RotatingLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let fd = openSync(path, 'a', 0o600)
  let size = fstatSync(fd).size
  return {
    write: (chunk) => {
      try {
        if (size >= maxBytes) {
          closeSync(fd)
          renameSync(path, `${path}.1`)
          fd = openSync(path, 'a', 0o600)
          size = 0
        }
        size += writeSync(fd, chunk as string)
      } catch {
        // ENOSPC and the like: the machine matters more than its log.
      }
    },
    close: () => closeSync(fd),
  }
}
