import type { MicrovmError } from '../errors/microvm-error.ts'
import type { MachineEvent, Outcome, Recorded } from '../events/event.ts'
import { identify } from '../host/proc.ts'
import type { StopSignals } from '../host/signals.ts'
import { hypervisorNamed } from '../hypervisors/registry.ts'
import type { Sink } from '../notify/sink.ts'
import type { Plan } from '../plan/plan.ts'
import { type Holder, writeHolder } from '../state/holder.ts'
import type { Owner } from '../state/owner.ts'
import type { Record } from '../state/record.ts'
import { readRecord } from '../state/store.ts'
import { bounded } from './bounded.ts'
import { type Claim, claimMachine } from './claim-machine.ts'
import { giveBack } from './give-back.ts'
import { cleanStale } from './clean-stale.ts'
import { takeOwnership } from './owner-conflict.ts'
import type { End, Parts } from './parts.ts'
import { perform } from './perform.ts'
import { keepPlaces } from './keep-places.ts'
import { restrictSockets } from './restrict-sockets.ts'
import { openRotatingLog } from './rotating-log.ts'
import { openRun, type Run } from './run.ts'
import { takeDown } from './take-down.ts'
import { tellHost } from './tell-host.ts'
import { toMicrovmError } from './to-microvm-error.ts'

export type SuperviseOptions = {
  /** The definition file, for the record. */
  readonly definition: string
  readonly planHash: string
  readonly env: NodeJS.ProcessEnv
  readonly uid: number
  readonly signals: StopSignals
  /** Hears every event, after it was written down. */
  readonly onEvent: (event: Recorded) => void
  /** The host's service manager. */
  readonly sink: Sink
  /** Asked once, when the run is over but for its record: whether the machine is started again. Default: it is not. */
  readonly restart?: (ended: Ended) => Restart | undefined
  /** Hears what the guest writes to its console, after it was logged. */
  readonly onConsole?: (chunk: Buffer) => void
  /** Whose machine it is, where that was not settled by whoever started us. Default: not looked at. */
  readonly ownership?: { readonly owner: Owner; readonly adopt: boolean }
  /** The claim that whoever started us has taken for this machine, the first time it is asked for. Default: we take it. */
  readonly claimed?: () => Claim | undefined
  /** An event as a line for the log of the hypervisor, of a supervisor whose own messages go there. Default: none. */
  readonly logLine?: (event: MachineEvent) => string | undefined
}

export type Restart = {
  readonly inMs: number
  /** Starts in a row that did not get ready. */
  readonly failures: number
  readonly because: string
}

export type Ended = {
  readonly exit: number
  /** For how long it was ready, in milliseconds, its reboots included; undefined when it never was. */
  readonly readyForMs: number | undefined
  readonly outcome: Outcome
  readonly failure: MicrovmError | undefined
}

/** What the ladder takes after the guest's time is up: quit, TERM, KILL, helpers. */
const STOP_MARGIN_MS = 45_000
/** systemd-notify is a process; one that hangs must not keep us. */
const SINK_MS = 5_000

/** Sizes at which logs turn over; one older one is kept. */
const LOG_BYTES = 8 * 2 ** 20

/**
 * Runs one machine from start to end: `microvm run`. Claims the machine, performs the plan, waits for the guest,
 * watches, and takes everything down again, whatever happens in between.
 *
 * @throws MicrovmError MACHINE_ALREADY_RUNNING, MACHINE_OF_ANOTHER_PROJECT, HOST_PERMISSION, DISK_FULL before anything is touched. Everything later is in the result,
 * the events and the record.
 */
export const supervise = async (plan: Plan, options: SuperviseOptions): Promise<Ended> => {
  const { places } = plan
  const inherited = options.claimed?.()
  const claim = inherited ?? (await claimMachine(places, plan.spec.name, options.uid))
  let failure: unknown
  try {
    if (inherited === undefined && options.ownership !== undefined)
      takeOwnership(plan.spec.name, places, options.ownership)
    writeHolder(claim.fds, holderOf(plan, options.definition))
    const previous = readPrevious(places.record)
    const run = openRun(plan, hypervisorNamed(plan.hypervisor.name), options)
    try {
      for (const what of claim.ended) run.emit({ kind: 'cleaned', what })
      if (previous.broken !== undefined)
        run.emit({ kind: 'cleaned', what: `a record that could not be read (${previous.broken})` })
      return await superviseRun(run, claim, previous.record, options)
    } finally {
      run.close()
    }
  } catch (error) {
    failure = error
    throw error
  } finally {
    giveBack(claim, places, failure)
  }
}

const holderOf = ({ places }: Plan, definition: string): Holder => ({
  supervisor: identify(process.pid) ?? { pid: process.pid, startTime: '' },
  definition,
  state: places.state,
})

const superviseRun = async (
  run: Run,
  claim: Claim,
  previous: Record | undefined,
  options: SuperviseOptions,
): Promise<Ended> => {
  const { places, times } = run.plan
  // A stop may take its timeout and then the ladder's last steps.
  const host = tellHost(options.sink, {
    startMs: times.start + STOP_MARGIN_MS,
    stopMs: times.stop + STOP_MARGIN_MS,
  })
  run.listen(host.event)
  restrictSockets(run)
  const log = openRotatingLog(places.vmmLog, LOG_BYTES)
  const consoleLog = openRotatingLog(places.consoleLog, LOG_BYTES)
  if (options.logLine !== undefined)
    run.listen((event) => {
      const line = options.logLine?.(event)
      if (line !== undefined) log.write(`${line}\n`)
    })
  const parts: Parts = { started: [] }
  let end: End
  try {
    run.move('start', 'A supervisor has started.')
    await cleanStale(places, previous, run.emit)
    parts.keeper = keepPlaces(
      run,
      parts,
      claim,
      holderOf(run.plan, options.definition),
      [log, consoleLog],
      () => {
        if (options.ownership !== undefined) takeOwnership(run.plan.spec.name, places, options.ownership)
      },
    )
    end = await perform(run, parts, { ...options, locks: claim.fds, host, log, consoleLog })
  } catch (error) {
    end = { kind: 'failed', error: toMicrovmError(error) }
  }
  try {
    return await takeDown(run, parts, end, { ...options, locks: claim.fds })
  } finally {
    await bounded(options.sink.flush(), SINK_MS, undefined)
    log.close()
    consoleLog.close()
  }
}

/** The record of the run before; one that cannot be read is replaced, and said to be. */
const readPrevious = (path: string): { readonly record?: Record; readonly broken?: string } => {
  try {
    const record = readRecord(path)
    return record === undefined ? {} : { record }
  } catch (error) {
    return { broken: (error as Error).message }
  }
}
