import type { MachineEvent } from '../events/event.ts'
import type { Running } from '../host/process.ts'
import { bounded } from './bounded.ts'

const TERM_MS = 5_000
const KILL_MS = 5_000

/** Ends the helpers, all at once, after the VMM has gone. One that ignores SIGTERM is killed and named. */
export const stopHelpers = async (
  helpers: readonly Running[],
  report: (event: MachineEvent) => void,
): Promise<void> => {
  if (helpers.length === 0) return
  report({ kind: 'stop-step', step: 'sidecars' })
  await Promise.all(
    helpers.map(async (helper) => {
      const gone = (timeoutMs: number): Promise<boolean> =>
        bounded(
          helper.exited.then(() => true),
          timeoutMs,
          false,
        )
      helper.kill('SIGTERM')
      if (await gone(TERM_MS)) return
      helper.kill('SIGKILL')
      await gone(KILL_MS)
      report({
        kind: 'warning',
        message: `${helper.name} ignored SIGTERM for ${TERM_MS / 1000} s and was killed.`,
      })
    }),
  )
}
