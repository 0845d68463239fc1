import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT } from '../errors/catalogue.ts'
import type { Plan } from '../plan/plan.ts'
import { readRecord, writeRecord } from '../state/store.ts'
import { NO_ATTEMPTS, nextStart } from './restart-policy.ts'
import { type Ended, supervise, type SuperviseOptions } from './supervise.ts'

export type KeepRunningOptions = Omit<SuperviseOptions, 'restart'> & {
  /** Hears how each run ended, before the pause. */
  readonly onEnded: (ended: Ended) => void
}

/**
 * Runs a machine, and again after its end where `restart` says so, until somebody stops it or it is given up. Under a unit of ours
 * (`MICROVM_UNIT`) the unit's `Restart=` decides, and it is run once.
 *
 * @returns how the last run ended; a stop request between two runs is a success.
 * @throws MicrovmError as `supervise`.
 */
export const keepRunning = async (plan: Plan, options: KeepRunningOptions): Promise<Ended> => {
  const { stop } = options.signals
  const policy = options.env['MICROVM_UNIT'] === undefined ? (plan.spec.restart ?? 'no') : 'no'
  let attempts = NO_ATTEMPTS
  for (;;) {
    let pauseMs: number | undefined
    const ended = await supervise(plan, {
      ...options,
      restart: (end) => {
        if (stop.aborted) return undefined
        const next = nextStart(policy, attempts, end)
        attempts = next.attempts
        pauseMs = next.restart?.inMs
        return next.restart
      },
    })
    options.onEnded(ended)
    if (pauseMs === undefined) return ended
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined)
    if (!stop.aborted) continue
    noteStopped(plan)
    return { ...ended, exit: EXIT.ok, outcome: 'graceful', failure: undefined }
  }
}

/** Nothing runs, so there is nothing to stop; only that it will start again is no longer true. */
const noteStopped = ({ places }: Plan): void => {
  try {
    const record = readRecord(places.record)
    if (record?.supervisor.pid !== process.pid) return
    writeRecord(places.record, {
      ...record,
      restartAt: null,
      because: `${record.because} It was stopped before it was started again.`,
    })
  } catch {
    // The record is only told; whoever asked sees our exit.
  }
}
