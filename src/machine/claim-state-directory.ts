import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { fileError } from '../host/file-error.ts'
import type { Places } from '../plan/places.ts'
import { isTrusted, unsafeParent, WRITABLE_BY_OTHERS } from './unsafe-parent.ts'

/**
 * Makes the state directory (0700) where there is none, and refuses one that is not ours: whoever owns it decides which files our logs are
 * appended to and which processes the record names, to be killed. That is so for root, outside a unit, with a machine that also is a unit: its
 * directory is the unit's user's. Inside the unit systemd has put a link there, root's, to a directory of our own (systemd.exec(5), `DynamicUser=`).
 *
 * @throws MicrovmError HOST_PERMISSION, DISK_FULL; nothing in the directory was touched then.
 */
export const claimStateDirectory = ({ state }: Places, uid: number): void => {
  if (lstatSync(state, { throwIfNoEntry: false }) === undefined) make(state)
  const entry = lstatSync(state)
  if (entry.isSymbolicLink() && !isTrusted(entry.uid, uid))
    throw foreign(state, `It is a link that user ${entry.uid} has made.`)
  const found = statSync(state, { throwIfNoEntry: false })
  if (found === undefined || !found.isDirectory()) throw foreign(state, 'It is no directory.')
  if (found.uid !== uid) throw foreign(state, `It belongs to user ${found.uid}, and this is user ${uid}.`)
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0) throw foreign(state, 'Everybody may write to it.')
  for (const path of new Set([state, realpathSync(state)])) {
    const parent = unsafeParent(path, uid)
    if (parent !== undefined)
      throw foreign(parent, 'It belongs to somebody else, or everybody may write to it.')
  }
}

const make = (state: string): void => {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileError(
      error,
      `The state directory ${state} cannot be made.`,
      'Make room there, or set MICROVM_STATE_DIR to another directory.',
    )
  }
}

const foreign = (path: string, because: string): MicrovmError =>
  new MicrovmError('HOST_PERMISSION', `The state directory cannot be trusted: ${path}`, {
    because,
    fix: 'If the machine is a unit of this host, use it as one: "microvm start NAME". Else give this machine another name, correct the owner and mode, or set MICROVM_STATE_DIR to a directory of your own.',
  })
