import { lstatSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'

export const WRITABLE_BY_OTHERS = 0o002
const STICKY = 0o1000

/** Owner of what a user namespace does not map, user_namespaces(7): the real root, seen from inside. */
const OVERFLOW_UID = 65_534

/** The nearest of the two directories above a path in which somebody else could put another thing in its place. */
export const unsafeParent = (path: string, uid: number): string | undefined =>
  [dirname(path), dirname(dirname(path))].find((parent) => {
    const found = lstatSync(parent, { throwIfNoEntry: false })
    return found !== undefined && !isSafe(found, uid)
  })

const isSafe = (found: Stats, uid: number): boolean =>
  isTrusted(found.uid, uid) && ((found.mode & WRITABLE_BY_OTHERS) === 0 || (found.mode & STICKY) !== 0)

/** Whether what that user owns is as good as ours: root could do anything to us anyway. */
export const isTrusted = (owner: number, uid: number): boolean => [0, uid, OVERFLOW_UID].includes(owner)
