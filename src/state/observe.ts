import { readdirSync } from 'node:fs'
import { printable } from '../errors/printable.ts'
import type { Outcome, State } from '../events/event.ts'
import { isAlive } from '../host/proc.ts'
import { type Directories, type Places, placesOf } from '../plan/places.ts'
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
  readonly vmmPid?: number
  readonly definition?: string
  readonly planHash?: string
  readonly guestStatus?: string
  readonly readyAfterMs?: number
  readonly boots?: number
  readonly lastOutcome?: Outcome
  readonly failure?: NonNullable<Record['failure']>
  readonly places: Places
}

const NOT_RUNNING: readonly State[] = ['stopped', 'failed']

/** All machines that have a record; a broken one is listed as such and never breaks the list. */
export const observeMachines = (directories: Directories): MachineStatus[] => {
  let names: string[]
  try {
    names = readdirSync(directories.state, { withFileTypes: true })
      // systemd puts a link there for machines with a dynamic user (systemd.exec(5), StateDirectory=).
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
  } catch {
    return []
  }
  return names
    .sort()
    .map((name) => observeMachine(directories, name))
    .filter((machine) => machine !== undefined)
}

/** One machine; undefined when nothing was ever recorded under that name. */
export const observeMachine = (directories: Directories, name: string): MachineStatus | undefined => {
  const places = placesOf(directories, name)
  try {
    const record = readRecord(places.record)
    return record === undefined ? undefined : toStatus(record, name, places)
  } catch (error) {
    return {
      name,
      status: 'broken',
      because: `Its record cannot be used: ${printable((error as Error).message).replace(/\.$/, '')}.`,
      places,
    }
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
    ...(record.guestStatus === null ? {} : { guestStatus: record.guestStatus }),
    ...(record.readyAfterMs === null ? {} : { readyAfterMs: record.readyAfterMs }),
    boots: record.boots,
    ...(record.outcome === null ? {} : { lastOutcome: record.outcome }),
    ...(record.failure === null ? {} : { failure: record.failure }),
    places,
  }
}
