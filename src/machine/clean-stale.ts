import type { MachineEvent } from '../events/event.ts'
import type { Places } from '../plan/places.ts'
import type { Record } from '../state/record.ts'
import { clearLeftovers } from './clear-run-directory.ts'
import { killLeftovers } from './kill-leftovers.ts'

/**
 * Removes what a run left that could not clean up itself. Only called with the machine's locks held, so whatever is found is stale.
 * Says what it removed: nobody should wonder where a socket went.
 */
export const cleanStale = async (
  places: Places,
  previous: Record | undefined,
  report: (event: MachineEvent) => void,
): Promise<void> => {
  if (previous !== undefined)
    for (const what of await killLeftovers(previous)) report({ kind: 'cleaned', what })
  const names = clearLeftovers(places)
  if (names.length > 0) report({ kind: 'cleaned', what: `${names.join(', ')} of an earlier run` })
}
