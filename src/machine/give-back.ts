import type { Places } from '../plan/places.ts'
import { writeReleased } from '../state/holder.ts'
import { toMicrovmError } from './to-microvm-error.ts'
import { errorToJson } from '../errors/format.ts'
import type { Claim } from './claim-machine.ts'
import { removeRunDirectory } from './clear-run-directory.ts'

/**
 * Ends a claim: removes the run directory that came with it, and lets go of the locks. What cannot be removed is removed by the next start.
 * @param failure what kept the machine from being started; whoever waits for it beside the one that started it reads it in the lock.
 */
export const giveBack = (claim: Claim, places: Places, failure?: unknown): void => {
  try {
    removeRunDirectory(places, claim.fds)
  } catch {
    // The run has said so.
  }
  writeReleased(claim.fds, failure === undefined ? '' : JSON.stringify(errorToJson(toMicrovmError(failure))))
  claim.release()
}
