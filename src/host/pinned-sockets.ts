import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isListening } from './is-listening.ts'

/** open(2): only a handle on the file, which needs no permission of the socket. Node has no name for it. */
const O_PATH = 0o10000000

type Pin = { readonly fd: number; readonly inode: number } | { readonly target: string }

/** Handles on the sockets of a directory, good for as long as somebody listens on them, whatever becomes of their names. */
export type PinnedSockets = {
  /** Takes hold of what is new, and of what was made anew under an old name. */
  readonly scan: () => void
  /** Paths whose sockets still listen and cannot be found any more, and links that have gone. */
  readonly missing: () => string[]
  /** Makes the name again: a link to our handle, good for every process of the same user while we live. @throws Error of node:fs. */
  readonly putBack: (path: string) => void
  readonly close: () => void
}

/**
 * A Unix socket is found by its inode (unix(7)): an open handle on it leads there after its name was removed, by /proc/PID/fd. So a socket that another
 * process listens on can be reached, and be given its name back, though bind(2) cannot be done again for it.
 */
export const pinSockets = (directory: string): PinnedSockets => {
  const pins = new Map<string, Pin>()
  const drop = (path: string): void => {
    const pin = pins.get(path)
    pins.delete(path)
    if (pin !== undefined && 'fd' in pin) closeSync(pin.fd)
  }
  const pin = (path: string): void => {
    const found = lstatSync(path, { throwIfNoEntry: false })
    const known = pins.get(path)
    if (found?.isSymbolicLink() === true) {
      // A link to a handle is our own.
      if (known === undefined) pins.set(path, { target: readlinkSync(path) })
    } else if (found?.isSocket() === true) {
      if (known !== undefined && 'inode' in known && known.inode === found.ino) return
      drop(path)
      pins.set(path, { fd: openSync(path, O_PATH | constants.O_NOFOLLOW), inode: found.ino })
    }
  }
  return {
    scan: () => {
      for (const name of namesIn(directory))
        try {
          pin(join(directory, name))
        } catch {
          // It went meanwhile, or there is no descriptor left.
        }
    },
    missing: () =>
      [...pins].flatMap(([path, known]) =>
        !isThere(path) && ('target' in known || isListening(path)) ? [path] : [],
      ),
    putBack: (path) => {
      const known = pins.get(path)
      if (known === undefined) return
      symlinkSync('target' in known ? known.target : `/proc/${process.pid}/fd/${known.fd}`, path)
    },
    close: () => {
      for (const path of pins.keys()) drop(path)
    },
  }
}

/** Also false where the directory has become something else, or is closed to us. */
const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
