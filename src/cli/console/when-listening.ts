import { waitUntil } from '../../host/wait-until.ts'
import type { Directories } from '../../plan/places.ts'
import { observeMachine } from '../../state/observe.ts'

/** In these states nothing in the guest reads a console yet: what was typed now would be lost. */
const NOT_YET = ['preparing', 'starting', 'booting', 'rebooting']

const DAY_MS = 86_400_000

/** Resolves when somebody in the guest may listen to its console; at once where the machine has been seen so far, or has ended. */
export const whenListening = async (
  directories: Directories,
  name: string,
  stopped: AbortSignal,
): Promise<void> => {
  await waitUntil(
    () => (NOT_YET.includes(observeMachine(directories, name)?.status ?? '') ? undefined : true),
    DAY_MS,
    stopped,
  )
}
