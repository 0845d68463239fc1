import { realpathSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { acquireLock, type Lock } from '../host/lock.ts'
import { lockHolders } from '../host/lock-holders.ts'
import { identify, isAlive, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import type { Places } from '../plan/places.ts'
import { readHolder } from '../state/holder.ts'
import type { Record } from '../state/record.ts'
import { readRecord } from '../state/store.ts'
import { claimStateDirectory } from './claim-state-directory.ts'
import { killLeftovers } from './kill-leftovers.ts'
import { checkRunDirectory } from './make-run-directory.ts'

/** A supervisor that was killed a moment ago takes its VMM with it; the locks are free when that one is gone. */
const WAIT_MS = 3_000

/** The right to run a machine: both of its locks. */
export type Claim = {
  /** Descriptors of the locks; who inherits them holds the claim, too. */
  readonly fds: readonly number[]
  /** The files they are of. */
  readonly paths: readonly string[]
  /** Takes a lock on a file that was removed and made again in the place of the old one, which is kept. */
  readonly replace: (lock: Lock) => void
  /** Processes of an earlier run that held a lock, and were ended. */
  readonly ended: readonly string[]
  /** Closes our descriptors. */
  readonly release: () => void
}

/**
 * Takes the two locks of a machine: one in its state directory, one in its run directory. Either directory may be shared with another
 * supervisor (`MICROVM_STATE_DIR`, `MICROVM_RUNTIME_DIR`) or be removed under a live machine; whoever has one of the locks keeps everybody else out.
 *
 * A VMM outlives its supervisor where the kernel drops the parent-death signal: at the exec of a program with file capabilities, for one
 * (prctl(2)). It holds the locks, and nobody is left to stop it, so it is ended here.
 *
 * @throws MicrovmError MACHINE_ALREADY_RUNNING, naming the supervisor that has it; HOST_PERMISSION, DISK_FULL.
 */
export const claimMachine = async (places: Places, machine: string, uid: number): Promise<Claim> => {
  claimStateDirectory(places, uid)
  checkRunDirectory(places, uid)
  const ended: string[] = []
  const locks: Lock[] = []
  try {
    for (const path of lockPaths(places)) locks.push(await take(path, places, machine, uid, ended))
    checkTraces(places, machine, uid)
    return toClaim(locks, ended)
  } catch (error) {
    for (const lock of locks) lock.release()
    throw error
  }
}

export const lockPaths = ({ lock, runLock }: Places): readonly string[] => [lock, runLock]

/** Locks that are held as a claim. */
export const toClaim = (locks: readonly Lock[], ended: readonly string[]): Claim => {
  const current = [...locks]
  const all = [...locks]
  return {
    get fds() {
      return current.map(({ fd }) => fd)
    },
    paths: locks.map(({ path }) => path),
    ended,
    replace: (lock) => {
      all.push(lock)
      current[current.findIndex(({ path }) => path === lock.path)] = lock
    },
    release: () => {
      for (const lock of all.splice(0)) lock.release()
    },
  }
}

/**
 * A machine whose directories were both removed holds locks without a name, until its supervisor has made them again. Looked for where no record says
 * that the supervisor of the run before has gone: on a first start, and where a live one has written its record into a new directory.
 */
const checkTraces = (places: Places, machine: string, uid: number): void => {
  const record = previous(places)
  if (record !== undefined && !isAlive(record.supervisor)) return
  const [pid] = lockPaths(places).flatMap((path) => lockHolders(path, uid))
  if (pid === undefined) return
  throw new MicrovmError('MACHINE_ALREADY_RUNNING', `"${machine}" runs already.`, {
    machine,
    because: `Its directories ${places.state} and ${places.run} were removed while it ran; process ${pid} holds a lock that was in them.`,
    fix: `Its supervisor makes them again within seconds. Then stop it: microvm down ${machine}`,
  })
}

const take = async (
  path: string,
  places: Places,
  machine: string,
  uid: number,
  ended: string[],
): Promise<Lock> => {
  const free = await acquireLock(path)
  if (free !== undefined) return free
  const record = previous(places)
  if (record !== undefined && !isAlive(record.supervisor)) ended.push(...(await killLeftovers(record)))
  const lock =
    (await acquireLock(path, { waitMs: WAIT_MS })) ??
    (readHolder(places) === undefined && (await endOrphans(path, uid, ended)) > 0
      ? await acquireLock(path, { waitMs: WAIT_MS })
      : undefined)
  if (lock !== undefined) return lock
  throw new MicrovmError('MACHINE_ALREADY_RUNNING', `"${machine}" runs already.`, {
    machine,
    because: holderText(places, path),
    fix: `Use it ("microvm ps"), or stop it first: microvm down ${machine}`,
  })
}

/**
 * Ends what holds a lock though the supervisor that is named in it has gone, and no record says what it is: its state directory was removed. This very
 * program is left alone: somebody may be about to start the machine.
 */
const endOrphans = async (path: string, uid: number, ended: string[]): Promise<number> => {
  const orphans = lockHolders(path, uid).flatMap((pid) => (isThisProgram(pid) ? [] : (identify(pid) ?? [])))
  for (const orphan of orphans) {
    signal(orphan, 'SIGKILL')
    await waitUntil(() => (isAlive(orphan) ? undefined : true), WAIT_MS)
    ended.push(`process ${orphan.pid}, which held the lock of an earlier run`)
  }
  return orphans.length
}

const isThisProgram = (pid: number): boolean => {
  try {
    return realpathSync(`/proc/${pid}/exe`) === realpathSync(process.execPath)
  } catch {
    return true
  }
}

const previous = ({ record }: Places): Record | undefined => {
  try {
    return readRecord(record)
  } catch {
    return undefined
  }
}

const holderText = (places: Places, lock: string): string => {
  const holder = readHolder(places)
  if (holder !== undefined) {
    const elsewhere = holder.state === places.state ? '' : ` Its state is in ${holder.state}.`
    return `Its supervisor is pid ${holder.supervisor.pid}, started from ${holder.definition}.${elsewhere}`
  }
  return `The lock ${lock} is held, and names no live supervisor. "fuser ${lock}" shows who holds it.`
}
