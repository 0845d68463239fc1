import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { printable } from '../errors/printable.ts'
import type { Outcome, State } from '../events/event.ts'
import { isAlive } from '../host/proc.ts'
import { type Directories, type Places, placesOf } from '../plan/places.ts'
import { type Holder, readHolder } from './holder.ts'
import { projectName, readOwner } from './owner.ts'
import type { Record } from './record.ts'
import { readRecord } from './store.ts'

export type Status = State | 'broken'

/** One machine as seen from outside. Never the result of asking the guest: looking costs the machine nothing. */
export type MachineStatus = {
  readonly name: string
  readonly status: Status
  /** When that status was reached; ISO 8601. */
  readonly since?: string
  readonly because?: string
  readonly hypervisor?: string
  readonly accel?: 'kvm' | 'tcg'
  readonly vmmVersion?: string
  /** Of a machine that runs, or waits to be started again. */
  readonly supervisorPid?: number
  /** Its supervisor has written no record, nor events, of this run yet. */
  readonly unrecorded?: true
  readonly vmmPid?: number
  readonly definition?: string
  /** The name of the project it belongs to, where it was given one; else what its folder is called. */
  readonly project?: string
  readonly planHash?: string
  readonly guestStatus?: string
  /** Machines it comes after. */
  readonly after?: readonly string[]
  readonly image?: string
  readonly forwards?: readonly string[]
  /** What is unusual about its run. */
  readonly notice?: string
  readonly readyAfterMs?: number
  readonly boots?: number
  readonly lastOutcome?: Outcome
  /** The exit status the guest gave when it shut down. */
  readonly exitStatus?: number
  readonly failure?: NonNullable<Record['failure']>
  readonly places: Places
}

const NOT_RUNNING: readonly State[] = ['stopped', 'failed']

/** All machines that have a record; a broken one is listed as such and never breaks the list. */
export const observeMachines = (directories: Directories): MachineStatus[] =>
  // One whose state directory was removed while it runs still has its run directory.
  [...new Set([...namesIn(directories.state), ...namesIn(directories.runtime)])]
    .sort()
    .map((name) => observeMachine(directories, name))
    .filter((machine) => machine !== undefined)

const namesIn = (directory: string): string[] => {
  try {
    return (
      readdirSync(directory, { withFileTypes: true })
        // systemd puts a link there for machines with a dynamic user (systemd.exec(5), StateDirectory=).
        .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
        .map((entry) => entry.name)
    )
  } catch {
    return []
  }
}

/** One machine; undefined when nothing was ever recorded under that name. */
export const observeMachine = (directories: Directories, name: string): MachineStatus | undefined => {
  const status = lookAt(directories, name)
  const owner = status === undefined ? undefined : readOwner(status.places)
  return status === undefined || owner === undefined
    ? status
    : { ...status, definition: owner.definition, project: projectName(owner) }
}

const lookAt = (directories: Directories, name: string): MachineStatus | undefined => {
  const places = placesOf(directories, name)
  try {
    const record = readRecord(places.record)
    if (record !== undefined && isAlive(record.supervisor)) return toStatus(record, name, places)
    const holder = readHolder(places)
    if (holder !== undefined) return heldStatus(holder, name, places, directories)
    return record === undefined ? undefined : toStatus(record, name, places)
  } catch (error) {
    const holder = readHolder(places)
    if (holder !== undefined) return heldStatus(holder, name, places, directories)
    return {
      name,
      status: 'broken',
      because: `Its record cannot be used: ${printable((error as Error).message).replace(/\.$/, '')}.`,
      places,
    }
  }
}

/**
 * A machine that is claimed by a live supervisor which has no record here: it has not written one yet, or it keeps it in another state directory, or
 * that was removed.
 */
const heldStatus = (
  holder: Holder,
  name: string,
  places: Places,
  { runtime, cache }: Directories,
): MachineStatus => {
  const elsewhere = placesOf({ runtime, cache, state: dirname(holder.state) }, name)
  const record = holder.state === places.state ? undefined : recordOf(holder, elsewhere)
  if (record !== undefined) return toStatus(record, name, elsewhere)
  return {
    name,
    status: 'preparing',
    because: 'Its supervisor has started, and has no record yet.',
    supervisorPid: holder.supervisor.pid,
    unrecorded: true,
    definition: holder.definition,
    places,
  }
}

const recordOf = ({ supervisor }: Holder, { record }: Places): Record | undefined => {
  try {
    const found = readRecord(record)
    return found?.supervisor.pid === supervisor.pid ? found : undefined
  } catch {
    return undefined
  }
}

const toStatus = (record: Record, name: string, places: Places): MachineStatus => {
  const waiting = record.restartAt !== null && isAlive(record.supervisor)
  const running = !NOT_RUNNING.includes(record.state)
  const orphaned = running && !isAlive(record.supervisor)
  return {
    name,
    status: orphaned ? 'failed' : record.state,
    since: record.since,
    because: orphaned
      ? `Its supervisor (pid ${record.supervisor.pid}) is gone without having stopped it; the next start cleans up.`
      : waiting
        ? `${record.because} It is started again at ${record.restartAt}.`
        : record.because,
    hypervisor: record.hypervisor.name,
    accel: record.hypervisor.accel,
    vmmVersion: record.hypervisor.version,
    ...((running && !orphaned) || waiting ? { supervisorPid: record.supervisor.pid } : {}),
    ...(running && !orphaned && record.vmm !== null ? { vmmPid: record.vmm.pid } : {}),
    definition: record.definition,
    planHash: record.planHash,
    after: record.after,
    ...(record.image === null ? {} : { image: record.image }),
    forwards: record.forwards,
    ...(running && !orphaned && record.notice !== null ? { notice: record.notice } : {}),
    ...(record.guestStatus === null ? {} : { guestStatus: record.guestStatus }),
    ...(record.readyAfterMs === null ? {} : { readyAfterMs: record.readyAfterMs }),
    boots: record.boots,
    ...(record.outcome === null ? {} : { lastOutcome: record.outcome }),
    ...(record.exitStatus === null ? {} : { exitStatus: record.exitStatus }),
    ...(record.failure === null ? {} : { failure: record.failure }),
    places,
  }
}
