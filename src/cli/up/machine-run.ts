import type { Recorded } from '../../events/event.ts'
import { identify, isAlive } from '../../host/proc.ts'
import { waitUntil } from '../../host/wait-until.ts'
import { startDetached } from '../../machine/start-detached.ts'
import type { Directories } from '../../plan/places.ts'
import type { Plan } from '../../plan/plan.ts'
import { isSettled, notStarted, type Progress } from '../../report/progress.ts'
import { type MachineStatus, observeMachine } from '../../state/observe.ts'
import { followRun, type Run, sizeOf } from './follow-run.ts'

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
  readonly directories: Directories
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
  directories,
  signal,
  onProgress,
}: Options): Promise<MachineRun> => {
  const { name } = plan.spec
  const found = await whenNotStopping(directories, plan, signal)
  const joined = found?.supervisorPid === undefined ? undefined : joinRun(found.supervisorPid, signal)
  const initial = notStarted(name, {
    state: 'preparing',
    hypervisor: plan.hypervisor.name,
    accel: plan.hypervisor.accel,
  })
  const run = joined ?? startRun(plan, definition)
  if (joined === undefined) onProgress(initial, undefined)

  let settle: (progress: Progress) => void = () => undefined
  const settled = new Promise<Progress>((resolve) => {
    settle = resolve
  })
  const ended = followRun(initial, run, directories, plan.places, signal, (progress, event) => {
    onProgress(progress, event)
    if (isSettled(progress) || progress.state === 'emergency') settle(progress)
  })
  // Aborted or over: whoever waits for it must not wait for ever.
  void ended.then((progress) => settle(progress))
  return { settled, ended, ours: joined === undefined }
}

export const isRunning = (directories: Directories, name: string): boolean =>
  observeMachine(directories, name)?.supervisorPid !== undefined

const startRun = (plan: Plan, definition: string): Run => {
  const logFrom = sizeOf(plan.places.vmmLog)
  const { pid, exited, release } = startDetached(plan.spec.name, definition, plan.places)
  release()
  return { pid, gone: exited, logFrom }
}

/** How often a supervisor that is not our child is looked for. */
const LOOK_MS = 500

const joinRun = (pid: number, signal: AbortSignal): Run => {
  const id = identify(pid)
  const gone = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!signal.aborted && id !== undefined && isAlive(id)) return
      clearInterval(look)
      resolve()
    }, LOOK_MS)
  })
  return { pid, logFrom: 0, gone }
}

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
