import type { Places } from '../plan/places.ts'
import { writeHolder } from '../state/holder.ts'
import type { Claim } from './claim-machine.ts'
import { removeRunDirectory } from './clear-run-directory.ts'

/** Ends a claim: removes the run directory that came with it, and lets go of the locks. What cannot be removed is removed by the next start. */
export const giveBack = (claim: Claim, places: Places): void => {
  try {
    removeRunDirectory(places, claim.fds)
  } catch {
    // The run has said so.
  }
  writeHolder(claim.fds, 'nobody')
  claim.release()
}
