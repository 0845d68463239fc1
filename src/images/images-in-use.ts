import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Which of these directories have a file that some process has open, by the kernel's own word (/proc/PID/fd).
 * Processes of other users are seen by root only; their images are in caches of their own.
 */
export const directoriesInUse = (directories: readonly string[]): ReadonlySet<string> => {
  const used = new Set<string>()
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  for (const pid of pids)
    for (const target of openFiles(join('/proc', pid, 'fd')))
      for (const directory of directories) if (target.startsWith(`${directory}/`)) used.add(directory)
  return used
}

/** Processes end while they are looked at, and some may not be looked at: they have no files then. */
const openFiles = (folder: string): string[] => {
  try {
    return readdirSync(folder).flatMap((fd) => {
      try {
        return [readlinkSync(join(folder, fd))]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
