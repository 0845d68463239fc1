import { MicrovmError } from '../errors/microvm-error.ts'
import { acquireLock, type Lock } from '../host/lock.ts'
import type { Plan } from '../plan/plan.ts'
import { readRecord } from '../state/store.ts'

/** A supervisor that was killed a moment ago takes its VMM with it; the lock is free when that one is gone. */
const WAIT_MS = 3_000

/** @throws MicrovmError MACHINE_ALREADY_RUNNING, naming the supervisor that has it. */
export const lockMachine = async ({ places, spec }: Plan): Promise<Lock> => {
  const lock = await acquireLock(places.lock, { waitMs: WAIT_MS })
  if (lock !== undefined) return lock
  throw new MicrovmError('MACHINE_ALREADY_RUNNING', `"${spec.name}" runs already.`, {
    machine: spec.name,
    because: holder(places.record, places.lock),
    fix: `Use it ("microvm ps"), or stop it first: microvm down ${spec.name}`,
  })
}

const holder = (path: string, lock: string): string => {
  try {
    const record = readRecord(path)
    if (record !== undefined)
      return `Its supervisor is pid ${record.supervisor.pid}, started ${record.startedAt} from ${record.definition}.`
  } catch {
    // The record is broken; that the lock is held is certain all the same.
  }
  return `The lock ${lock} is held.`
}
