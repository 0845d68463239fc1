import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { fileError } from '../host/file-error.ts'
import type { Places } from '../plan/places.ts'

const WRITABLE_BY_OTHERS = 0o002
const STICKY = 0o1000

/** Owner of what a user namespace does not map, user_namespaces(7): the real root, seen from inside. */
const OVERFLOW_UID = 65_534

/**
 * Refuses a run directory that somebody else could have put there: everything in it will be removed, and secrets will be written to it. Below /tmp
 * (the place without XDG_RUNTIME_DIR) any user can take the name first, and a link there would lead the removal elsewhere.
 *
 * @throws MicrovmError HOST_PERMISSION.
 */
export const checkRunDirectory = ({ run }: Places, uid: number): void => {
  const own = lstatSync(run, { throwIfNoEntry: false })
  if (own !== undefined && (!own.isDirectory() || own.uid !== uid)) throw foreign(run)
  for (const path of [dirname(run), dirname(dirname(run))]) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found !== undefined && !isSafe(found, uid)) throw foreign(path)
  }
}

const isSafe = ({ uid: owner, mode }: Stats, uid: number): boolean =>
  [0, uid, OVERFLOW_UID].includes(owner) && ((mode & WRITABLE_BY_OTHERS) === 0 || (mode & STICKY) !== 0)

const foreign = (path: string): MicrovmError =>
  new MicrovmError('HOST_PERMISSION', `The run directory cannot be trusted: ${path}`, {
    because: 'It is no directory, or belongs to somebody else, or everybody may write to it.',
    fix: 'Remove it or correct its owner and mode, or set MICROVM_RUNTIME_DIR to a directory of your own.',
  })

/**
 * Makes the run directory and the one for secrets in it, 0700.
 * @throws MicrovmError HOST_PERMISSION, DISK_FULL.
 */
export const makeRunDirectory = (places: Places): void => {
  try {
    mkdirSync(places.run, { recursive: true, mode: 0o700 })
    chmodSync(places.run, 0o700)
    mkdirSync(places.secrets, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileError(
      error,
      `The run directory ${places.run} cannot be made.`,
      'Make room there, or set MICROVM_RUNTIME_DIR to another directory.',
    )
  }
}
