import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { fileError } from '../host/file-error.ts'
import type { Places } from '../plan/places.ts'
import { unsafeParent } from './unsafe-parent.ts'

/**
 * Refuses a run directory that somebody else could have put there: everything in it will be removed, and secrets will be written to it. Below /tmp
 * (the place without XDG_RUNTIME_DIR) any user can take the name first, and a link there would lead the removal elsewhere.
 *
 * @throws MicrovmError HOST_PERMISSION.
 */
export const checkRunDirectory = ({ run }: Places, uid: number): void => {
  const own = lstatSync(run, { throwIfNoEntry: false })
  if (own !== undefined && (!own.isDirectory() || own.uid !== uid)) throw foreign(run)
  const parent = unsafeParent(run, uid)
  if (parent !== undefined) throw foreign(parent)
}

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
