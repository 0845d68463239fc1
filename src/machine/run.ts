import type { MachineEvent, Outcome, Recorded, State } from '../events/event.ts'
import { type Lifecycle, type LifecycleEvent, NEW_LIFECYCLE, nextLifecycle } from '../events/lifecycle.ts'
import { fileError } from '../host/file-error.ts'
import { identify } from '../host/proc.ts'
import type { Hypervisor } from '../hypervisors/contract.ts'
import type { Places } from '../plan/places.ts'
import type { Plan } from '../plan/plan.ts'
import type { Record } from '../state/record.ts'
import { writeRecord } from '../state/store.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { forwardTexts, imageText } from './image-text.ts'

/** One run of one machine, from its start to its end: its plan, where it stands, and its memory on disk. */
export type Run = {
  readonly plan: Plan
  readonly hypervisor: Hypervisor
  readonly lifecycle: () => Lifecycle
  readonly state: () => State
  /** Writes an event down and tells the listeners. */
  readonly emit: (event: MachineEvent) => void
  /** Hears every event from now on; returns how to stop that. */
  readonly listen: (listener: (event: MachineEvent) => void) => () => void
  /** Moves the lifecycle; says nothing when the event means nothing in this state. */
  readonly move: (event: LifecycleEvent, because: string) => void
  /** Changes what is recorded on disk. */
  readonly note: (change: Partial<Record>) => void
  /** The same for what may change often: written within a second, together with what else changes by then. */
  readonly noteSoon: (change: Partial<Record>) => void
  readonly record: () => Record
  /** On the clock of `performance.now()`, as the next one. */
  readonly startedAt: number
  /** When it was ready for the first time in this run. */
  readonly readySince: () => number | undefined
  /** Writes record and events anew where somebody has removed them. */
  readonly restore: () => void
  readonly close: () => void
}

export type RunOptions = {
  readonly definition: string
  readonly planHash: string
  /** Hears every event, in order. */
  readonly onEvent: (event: Recorded) => void
}

const SOON_MS = 1_000
/** A record that could not be written is written again after this long, until there is room. */
const RETRY_MS = 5_000

/**
 * Opens the run's log and record. The machine's lock must be held.
 * @throws MicrovmError DISK_FULL, HOST_PERMISSION: a machine without a record could not be found again, to be stopped for example.
 */
export const openRun = (plan: Plan, hypervisor: Hypervisor, options: RunOptions): Run => {
  const { places } = plan
  const listeners = new Set<(event: MachineEvent) => void>()
  let record = firstRecord(plan, options)
  const log = openMemory(places, record, options.onEvent)
  const startedAt = performance.now()
  let lifecycle = NEW_LIFECYCLE
  let readySince: number | undefined
  let troubled = false
  let soon: NodeJS.Timeout | undefined
  const save = (): void => {
    clearTimeout(soon)
    soon = undefined
    try {
      writeRecord(places.record, record)
      if (!troubled) return
      troubled = false
      emit({ kind: 'warning', message: 'The record can be written again.' })
    } catch (error) {
      // The machine matters more than its record: a full disk must not stop it.
      soon = setTimeout(save, RETRY_MS).unref()
      if (troubled) return
      troubled = true
      emit({ kind: 'warning', message: `The record could not be written: ${(error as Error).message}` })
    }
  }
  const emit = (event: MachineEvent): void => {
    log.append(event, lifecycle.boot)
    for (const listener of listeners) listener(event)
  }
  emit({ kind: 'run', pid: process.pid, definition: options.definition, planHash: options.planHash })
  return {
    plan,
    hypervisor,
    lifecycle: () => lifecycle,
    state: () => lifecycle.state,
    emit,
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    move: (event, because) => {
      const before = lifecycle
      lifecycle = nextLifecycle(before, event)
      if (lifecycle.state === before.state) return
      if (lifecycle.state === 'ready') readySince ??= performance.now()
      record = {
        ...record,
        state: lifecycle.state,
        since: new Date().toISOString(),
        because,
        boots: lifecycle.boot,
      }
      save()
      emit({ kind: 'state', from: before.state, to: lifecycle.state, because })
    },
    note: (change) => {
      record = { ...record, ...change }
      save()
    },
    noteSoon: (change) => {
      record = { ...record, ...change }
      soon ??= setTimeout(save, SOON_MS).unref()
    },
    record: () => record,
    startedAt,
    readySince: () => readySince,
    restore: () => {
      log.restore()
      // Whoever follows the new file learns whose run it is and how it stands, as from the old one.
      log.append(
        { kind: 'run', pid: process.pid, definition: options.definition, planHash: options.planHash },
        lifecycle.boot,
      )
      const { state } = lifecycle
      log.append({ kind: 'state', from: state, to: state, because: record.because }, lifecycle.boot)
      save()
    },
    close: () => {
      clearTimeout(soon)
      log.close()
    },
  }
}

const openMemory = (places: Places, record: Record, onEvent: (event: Recorded) => void): EventLog => {
  try {
    const log = openEventLog(places.events, record.machine, onEvent)
    writeRecord(places.record, record)
    return log
  } catch (error) {
    throw fileError(
      error,
      `The state of "${record.machine}" cannot be written in ${places.state}.`,
      'Make room on that file system, or set MICROVM_STATE_DIR to a directory on another one.',
    )
  }
}

const firstRecord = ({ spec, places, hypervisor }: Plan, { definition, planHash }: RunOptions): Record => {
  const now = new Date().toISOString()
  return {
    schema: 1,
    machine: spec.name,
    definition,
    planHash,
    startedAt: now,
    supervisor: identify(process.pid) ?? { pid: process.pid, startTime: '' },
    vmm: null,
    helpers: [],
    hypervisor: { name: hypervisor.name, version: hypervisor.program.version, accel: hypervisor.accel },
    state: 'preparing',
    since: now,
    because: 'A supervisor has started.',
    guestStatus: null,
    readyAfterMs: null,
    boots: 0,
    outcome: null,
    exitStatus: null,
    failure: null,
    restartAt: null,
    notice: null,
    after: [...spec.after],
    image: imageText(spec.image),
    forwards: spec.interfaces.flatMap(forwardTexts),
    run: places.run,
    console: places.console,
    vsock: places.vsock,
    ports: Object.fromEntries(spec.vsock.ports.map(({ name, port }) => [name, port])),
  }
}

/** The last line of a run's record. */
export const noteEnd = (
  run: Run,
  outcome: Outcome,
  failure: Record['failure'],
  because: string,
  exitStatus: number | undefined,
): void => {
  run.emit({ kind: 'stopped', outcome, because, ...(exitStatus === undefined ? {} : { exitStatus }) })
  run.note({ outcome, exitStatus: exitStatus ?? null, failure, vmm: null, helpers: [] })
  run.move('cleaned-up', failure === null ? because : failure.message)
}
