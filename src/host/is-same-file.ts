import { fstatSync, statSync } from 'node:fs'

/** Whether a descriptor is of the file of that name; false where either is missing. */
export const isSameFile = (fd: number, path: string): boolean => {
  try {
    const there = statSync(path)
    const ours = fstatSync(fd)
    return there.ino === ours.ino && there.dev === ours.dev
  } catch {
    return false
  }
}
