import type { MachineEvent } from '../events/event.ts'
import type { Running } from '../host/process.ts'
import { bounded } from './bounded.ts'

const END_MS = 5_000
const KILL_MS = 5_000

/** Ends the helpers, all at once, after the VMM has gone. One that ignores SIGINT is killed and named. */
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
      helper.kill('SIGINT')
      if (await gone(END_MS)) return
      helper.kill('SIGKILL')
      await gone(KILL_MS)
      report({
        kind: 'warning',
        message: `${helper.name} ignored SIGINT for ${END_MS / 1000} s and was killed.`,
      })
    }),
  )
}
