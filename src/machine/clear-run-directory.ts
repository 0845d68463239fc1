import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The directory itself cannot be removed by us: a service manager made it for us (RuntimeDirectory=) and will remove it. */
const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'EBUSY']

/** Removes everything in a run directory, and the directory where it is ours. Returns the names of what was in it. */
export const clearRunDirectory = (path: string): string[] => {
  const names = entriesOf(path)
  if (names === undefined) return []
  for (const name of names) rmSync(join(path, name), { recursive: true, force: true })
  try {
    rmdirSync(path)
  } catch (error) {
    if (!NOT_OURS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
  return names
}

const entriesOf = (path: string): string[] | undefined => {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
