import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSameFile } from '../host/is-same-file.ts'
import type { Places } from '../plan/places.ts'

/** The directory itself cannot be removed by us: a service manager made it for us (RuntimeDirectory=) and will remove it. */
const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'EBUSY']

/** Removes what an earlier run left in a run directory that we have claimed; the claim's own lock stays. Returns the names. */
export const clearLeftovers = ({ run, runLock }: Places): string[] => {
  const names = entriesOf(run).filter((name) => join(run, name) !== runLock)
  for (const name of names) rmSync(join(run, name), { recursive: true, force: true })
  return names
}

/**
 * Removes everything in a run directory, its lock last: from then on another supervisor may make one of that name. The directory goes, too, where it is ours.
 * Only while one of `locks` is the lock in it: somebody else's directory may have taken the place of ours.
 */
export const removeRunDirectory = (places: Places, locks: readonly number[]): void => {
  if (!locks.some((fd) => isSameFile(fd, places.runLock))) return
  clearLeftovers(places)
  rmSync(places.runLock, { force: true })
  try {
    rmdirSync(places.run)
  } catch (error) {
    if (![...NOT_OURS, 'ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error
  }
}

const entriesOf = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
