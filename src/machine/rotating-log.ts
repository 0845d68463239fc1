import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { openAppendFile } from '../host/append-file.ts'

export type RotatingLog = {
  /** False when not all of it could be written. */
  readonly write: (chunk: Uint8Array | string) => boolean
  /** Begins anew where the file has gone; never throws. */
  readonly restore: () => void
  readonly close: () => void
}

/**
 * A log that an untrusted writer cannot fill the disk with: at `maxBytes` it becomes `.1` (replacing the one before) and starts anew.
 * Mode 0600. Writes never throw.
 */
export const openRotatingLog = (path: string, maxBytes: number): RotatingLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openAppendFile(path)
  const turnOver = (): void => {
    try {
      renameSync(path, `${path}.1`)
      const fresh = openAppendFile(path)
      file.close()
      file = fresh
    } catch {
      // No inode, no descriptor, no permission: the old file goes on.
    }
  }
  return {
    write: (chunk) => {
      if (file.size() >= maxBytes) turnOver()
      return file.append(chunk)
    },
    restore: () => {
      if (existsSync(path)) return
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        const fresh = openAppendFile(path)
        file.close()
        file = fresh
      } catch {
        // The old file goes on, without a name.
      }
    },
    close: () => file.close(),
  }
}
