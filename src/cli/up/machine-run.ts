import { MicrovmError } from '../../errors/microvm-error.ts'
import type { Recorded } from '../../events/event.ts'
import { identify, isAlive } from '../../host/proc.ts'
import { waitUntil } from '../../host/wait-until.ts'
import { startDetached } from '../../machine/start-detached.ts'
import type { Directories } from '../../plan/places.ts'
import type { Plan } from '../../plan/plan.ts'
import { readReleased } from '../../state/holder.ts'
import { isSettled, notStarted, type Progress } from '../../report/progress.ts'
import { type MachineStatus, observeMachine } from '../../state/observe.ts'
import type { Owner } from '../../state/owner.ts'
import { followRun, type Run, runSoFar, sizeOf } from './follow-run.ts'

export type MachineRun = {
  /** How it stands once it is ready, or has failed; may go on afterwards. */
  readonly settled: Promise<Progress>
  /** How it stands when its supervisor is gone. */
  readonly ended: Promise<Progress>
  /** Whether this command started it, rather than found it running. */
  readonly ours: boolean
}

type Options = {
  readonly plan: Plan
  readonly definition: string
  readonly ownership: { readonly owner: Owner; readonly adopt: boolean }
  readonly directories: Directories
  readonly uid: number
  /** Stops following; the machine goes on. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress, event: Recorded | undefined) => void
}

/** A machine that is being stopped must be gone before it can be started again; its own stop timeout bounds that. */
const STOPPING_MARGIN_MS = 60_000

/** Starts the machine, or joins the run that is under way, and follows it. */
export const runMachine = async ({
  plan,
  definition,
  ownership,
  directories,
  uid,
  signal,
  onProgress,
}: Options): Promise<MachineRun> => {
  const { name } = plan.spec
  const found = await whenNotStopping(directories, plan, signal)
  const fresh = notStarted(name, {
    state: 'preparing',
    hypervisor: plan.hypervisor.name,
    accel: plan.hypervisor.accel,
  })
  const { run, initial, ours } = await startOrJoin(found)
  onProgress(initial, undefined)

  const { promise: settled, resolve: settle } = Promise.withResolvers<Progress>()
  const look = (progress: Progress): void => {
    // With onEmergency = "fail" its supervisor is about to stop it, and says why then.
    const kept = progress.state === 'emergency' && plan.spec.onEmergency === 'keep'
    // It takes a person to go on.
    const paused = progress.state === 'paused'
    if (isSettled(progress) || kept || paused) settle(progress)
  }
  look(initial)
  const ended = followRun(initial, run, directories, plan.places, signal, (progress, event) => {
    onProgress(progress, event)
    look(progress)
  })
  // Aborted or over: whoever waits for it must not wait for ever.
  void ended.then(settle)
  return { settled, ended, ours }

  async function startOrJoin(status: MachineStatus | undefined): Promise<Begun & { readonly ours: boolean }> {
    if (status?.supervisorPid !== undefined)
      return { ...(await joinRun(status.supervisorPid, status, fresh, plan, signal)), ours: false }
    try {
      return { run: await startRun(plan, definition, uid, ownership), initial: fresh, ours: true }
    } catch (error) {
      // Somebody else was a moment quicker, and is joined.
      const other = observeMachine(directories, name)
      if (!(error instanceof MicrovmError) || error.code !== 'MACHINE_ALREADY_RUNNING') throw error
      if (other?.supervisorPid === undefined) throw error
      return { ...(await joinRun(other.supervisorPid, other, fresh, plan, signal)), ours: false }
    }
  }
}

type Begun = { readonly run: Run; readonly initial: Progress }

export const isRunning = (directories: Directories, name: string): boolean =>
  observeMachine(directories, name)?.supervisorPid !== undefined

const startRun = async (
  plan: Plan,
  definition: string,
  uid: number,
  ownership: Options['ownership'],
): Promise<Run> => {
  const logFrom = sizeOf(plan.places.vmmLog)
  const started = await startDetached(plan.spec.name, definition, plan.places, uid, ownership)
  started.release()
  return { pid: started.pid, gone: started.exited, logFrom, report: started.report }
}

/** How often a supervisor that is not our child is looked for. */
const LOOK_MS = 500

const joinRun = async (
  pid: number,
  status: MachineStatus,
  fresh: Progress,
  { places }: Plan,
  signal: AbortSignal,
): Promise<Begun> => {
  const id = identify(pid)
  const gone = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!signal.aborted && id !== undefined && isAlive(id)) return
      clearInterval(look)
      resolve()
    }, LOOK_MS)
  })
  // What is in its file of events is of the run before; its own begin with its pid.
  const report = gone.then(() => readReleased(places))
  if (status.unrecorded === true) return { run: { pid, gone, logFrom: 0, report }, initial: fresh }
  const { progress, eventsFrom } = await runSoFar(fresh, places)
  return { run: { pid, gone, logFrom: 0, eventsFrom }, initial: atLeast(progress, fresh, status) }
}

/** How it stands by its record, where its events do not say: they turned over at their largest size, or were removed. */
const atLeast = (
  progress: Progress,
  fresh: Progress,
  { status, because, readyAfterMs }: MachineStatus,
): Progress =>
  progress.state !== fresh.state || status === 'broken'
    ? progress
    : { ...progress, state: status, because: because ?? '', readyAfterMs }

const whenNotStopping = async (
  directories: Directories,
  { spec, times }: Plan,
  signal: AbortSignal,
): Promise<MachineStatus | undefined> => {
  await waitUntil(
    () => (observeMachine(directories, spec.name)?.status === 'stopping' ? undefined : true),
    times.stop + STOPPING_MARGIN_MS,
    signal,
  )
  return observeMachine(directories, spec.name)
}
