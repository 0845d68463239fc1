import { MicrovmError } from '../../errors/microvm-error.ts'
import { findDirectories } from '../../host/directories.ts'
import { catchSignals } from '../../host/signals.ts'
import type { Plan } from '../../plan/plan.ts'
import { notStarted, type Progress } from '../../report/progress.ts'
import { chooseMachines } from '../choose-machines.ts'
import type { Context } from '../context.ts'
import { optionTime } from '../option-time.ts'
import { makePlanner } from '../make-planner.ts'
import { readDefinition } from '../read-definition.ts'
import { withDependencies } from '../select-machines.ts'
import { signalExit } from '../signal-exit.ts'
import { followConsoles } from './attached-consoles.ts'
import { imageBuilder } from '../image-builder.ts'
import { bringUp, failedToStart } from './bring-up.ts'
import { checkOwners, leftBehind, noLongerDefined } from '../check-owners.ts'
import { changedSince } from './changed-since.ts'
import { makeDisplay } from './display.ts'
import { worstExit } from './failures.ts'
import { tellFailures, tellNextSteps, tellSummary, warnOfLogout } from './last-words.ts'
import { isRunning, type MachineRun, runMachine } from './machine-run.ts'
import { stopOurs } from './stop-ours.ts'

type Options = { readonly detach: boolean; readonly timeout: string | undefined; readonly adopt: boolean }

/** `microvm up`: definition → plans → runs → ready; attached, then on until the machines end or somebody stops them. */
export const performUp = async (
  context: Context,
  names: readonly string[],
  { detach, timeout, adopt }: Options,
): Promise<number> => {
  const { out, globals } = context
  const limit = timeout === undefined ? [] : [AbortSignal.timeout(optionTime('timeout', timeout))]
  const definition = await readDefinition(context, names)
  const { file, machines } = definition
  chooseMachines(machines, names)
  const planner = await makePlanner(definition, context, { toStart: true })
  const directories = findDirectories(context.env, context.uid)
  const wanted = withDependencies(machines, names)
  checkOwners(wanted, definition, directories, adopt)
  const plans = await planner.planAll(wanted)
  for (const { name } of leftBehind(definition, directories))
    out.warn(noLongerDefined(name, definition), name)

  const signals = catchSignals()
  const leave = new AbortController()
  const impatient = AbortSignal.any([signals.stop, ...limit])
  const runs = new Map<string, MachineRun>()
  const beginning = new Set<Promise<MachineRun>>()
  const startedAt = Date.now()
  const display = makeDisplay(out, globals.json, plans.map(waiting))
  const consoles =
    detach || globals.json || globals.quiet ? undefined : followConsoles(plans, out, display, leave.signal)

  const imageFor = imageBuilder(context, leave.signal)
  const start = async (name: string): Promise<Progress> => {
    const planned = plans.find(({ spec }) => spec.name === name) as Plan
    const initial = waiting(planned)
    impatient.throwIfAborted()
    try {
      const building = (milestone: string): void =>
        display.update({ ...initial, state: 'preparing', startedAt, milestone })
      const plan =
        planned.image === undefined && !isRunning(directories, name)
          ? planner.planOne(
              planned.spec,
              await Promise.race([imageFor(planned.spec.image, building), whenAborted(impatient)]),
            )
          : planned
      const changed = plan.image === undefined ? undefined : changedSince(plan, directories)
      if (changed !== undefined) display.aside(() => out.warn(changed, name))
      const begun = runMachine({
        plan,
        definition: file,
        ownership: { owner: definition.owner, adopt },
        directories,
        uid: context.uid,
        signal: leave.signal,
        onProgress: display.update,
      })
      beginning.add(begun)
      const run = await begun
      runs.set(name, run)
      return await Promise.race([run.settled, whenAborted(impatient)])
    } catch (error) {
      impatient.throwIfAborted()
      const failed = failedToStart(name, error)
      display.update(failed)
      return failed
    }
  }

  try {
    const results = await bringUp(
      plans.map(({ spec }) => spec),
      start,
      (blocked) => display.update(blocked),
    ).catch((error: unknown) => {
      if (impatient.aborted) return undefined
      throw error
    })
    if (results !== undefined) {
      if (detach) display.close()
      display.aside(() => tellFailures(context, results))
      if (detach) {
        tellSummary(context, results)
        tellNextSteps(context, results)
        warnOfLogout(context, directories, [...runs.keys()])
        return worstExit(results)
      }
      const ended = Promise.all([...runs.values()].map((run) => run.ended))
      const last = await Promise.race([ended, whenAborted(signals.stop).catch(() => undefined)])
      if (last !== undefined) return worstExit(results)
    } else if (detach || !signals.stop.aborted) {
      display.close()
      throw stillStarting(signals.received(), timeout)
    }
    // Those that were just being started are ours, too.
    await Promise.allSettled(beginning)
    await stopOurs({
      plans,
      runs,
      directories,
      escalate: signals.escalate,
      abandon: signals.abandon,
      display,
      out,
    })
    return signalExit(signals.received())
  } finally {
    leave.abort()
    await consoles
    display.close()
    signals.release()
  }
}

const waiting = ({ spec, hypervisor }: Plan): Progress =>
  notStarted(spec.name, {
    hypervisor: hypervisor.name,
    accel: hypervisor.accel,
    because: spec.after.length === 0 ? '' : `for ${spec.after.join(', ')}`,
  })

/** Rejects when the signal aborts, never resolves. */
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

const stillStarting = (received: NodeJS.Signals | undefined, timeout: string | undefined): MicrovmError =>
  received === undefined
    ? new MicrovmError('WAIT_TIMEOUT', `Not all machines were ready after ${timeout}.`, {
        because: 'Those that were started go on starting.',
        fix: 'Look at them with "microvm ps" and "microvm logs", or stop them with "microvm down".',
      })
    : new MicrovmError('INTERRUPTED', 'Stopped waiting.', {
        because: 'The machines that were started go on.',
        fix: 'Look at them with "microvm ps", or stop them with "microvm down".',
      })
