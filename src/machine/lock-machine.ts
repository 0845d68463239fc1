import { MicrovmError } from '../errors/microvm-error.ts'
import { acquireLock, type Lock } from '../host/lock.ts'
import { isAlive } from '../host/proc.ts'
import type { Plan } from '../plan/plan.ts'
import type { Record } from '../state/record.ts'
import { killLeftovers } from './kill-leftovers.ts'

/** A supervisor that was killed a moment ago takes its VMM with it; the lock is free when that one is gone. */
const WAIT_MS = 3_000

export type Locked = {
  readonly lock: Lock
  /** Processes of an earlier run that held it, and were ended. */
  readonly ended: readonly string[]
}

/**
 * Takes the lock of a machine. A VMM outlives its supervisor where the kernel drops the parent-death signal: at the exec of a program with
 * file capabilities, for one (prctl(2)). It holds the lock, and nobody is left to stop it, so it is ended here.
 *
 * @param previous the record of the run before, which may still be under way.
 * @throws MicrovmError MACHINE_ALREADY_RUNNING, naming the supervisor that has it.
 */
export const lockMachine = async (plan: Plan, previous: () => Record | undefined): Promise<Locked> => {
  const { places, spec } = plan
  const free = await acquireLock(places.lock)
  if (free !== undefined) return { lock: free, ended: [] }
  const record = previous()
  const orphaned = record !== undefined && !isAlive(record.supervisor)
  const ended = orphaned ? await killLeftovers(record) : []
  const lock = await acquireLock(places.lock, { waitMs: WAIT_MS })
  if (lock !== undefined) return { lock, ended }
  throw new MicrovmError('MACHINE_ALREADY_RUNNING', `"${spec.name}" runs already.`, {
    machine: spec.name,
    because: holder(previous(), places.lock),
    fix: `Use it ("microvm ps"), or stop it first: microvm down ${spec.name}`,
  })
}

const holder = (record: Record | undefined, lock: string): string => {
  if (record === undefined) return `The lock ${lock} is held, and there is no record of who holds it.`
  const { pid } = record.supervisor
  return isAlive(record.supervisor)
    ? `Its supervisor is pid ${pid}, started ${record.startedAt} from ${record.definition}.`
    : `The lock ${lock} is held, but not by the supervisor of the last record (pid ${pid}), which is gone. "fuser ${lock}" names who holds it.`
}
