import { closeSync, openSync } from 'node:fs'
import { APPEND } from '../host/append-file.ts'
import { type StartedSelf, startSelf } from '../host/start-self.ts'
import type { Places } from '../plan/places.ts'
import { claimStateDirectory } from './claim-state-directory.ts'

/**
 * Starts `microvm run NAME` as a process of its own, in its own session, with its messages in the machine's VMM log.
 * It is this very program: same node, same loader options, same file.
 *
 * @throws MicrovmError as `claimStateDirectory`.
 */
export const startDetached = (
  machine: string,
  definitionFile: string,
  places: Places,
  uid: number,
): StartedSelf => {
  claimStateDirectory(places, uid)
  const log = openSync(places.vmmLog, APPEND, 0o600)
  try {
    return startSelf(['run', machine, '--file', definitionFile], log)
  } finally {
    closeSync(log)
  }
}
