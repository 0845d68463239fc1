import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What the kernel puts behind the name of an open file that was removed (proc_pid_fd(5)). */
const DELETED = ' (deleted)'

/**
 * Processes of this user that hold the flock of a file of that name, which may have been removed since: the last trace of a machine whose directories
 * are gone. A process that has the file open, or waits for the lock, does not count: the kernel says which descriptors hold one (`lock:` in
 * proc_pid_fdinfo(5)). Reads all of /proc, so it is for rare questions.
 */
export const lockHolders = (path: string, uid: number): number[] => {
  const real = realNameOf(path)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && quietly(() => holds(pid, real, uid)))
}

/** As the kernel names it: without links. Its folder may be gone, too. */
const realNameOf = (path: string): string => {
  for (
    let folder = dirname(path), rest = basename(path);
    ;
    rest = join(basename(folder), rest), folder = dirname(folder)
  )
    try {
      return join(realpathSync(folder), rest)
    } catch (error) {
      if (folder === '/') throw error
    }
}

const holds = (pid: number, real: string, uid: number): boolean => {
  const folder = `/proc/${pid}/fd`
  if (statSync(folder).uid !== uid) return false
  return readdirSync(folder).some((fd) =>
    quietly(() => {
      const target = readlinkSync(`${folder}/${fd}`)
      if (target !== real && target !== real + DELETED) return false
      return /^lock:.*\bFLOCK\b/m.test(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))
    }),
  )
}

/** A process that has gone meanwhile, or that is not ours to look at, holds nothing of ours. */
const quietly = (ask: () => boolean): boolean => {
  try {
    return ask()
  } catch {
    return false
  }
}
