import { CATALOGUE, EXIT } from '../errors/catalogue.ts'
import { errorToJson } from '../errors/format.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { catchSignals } from '../host/signals.ts'
import { type MachineStatus, observeMachines } from '../state/observe.ts'
import type { Directories } from '../plan/places.ts'
import type { Context } from './context.ts'
import { readDefinition } from './read-definition.ts'
import { reportError } from './report-error.ts'
import { type Stopped, stopInOrder } from './stop-in-order.ts'
import { unknownMachines } from './unknown-machines.ts'

type Node = { readonly name: string; readonly after: readonly string[] }
type Options = { readonly all: boolean; readonly force: boolean }

export const performDown = async (
  context: Context,
  names: readonly string[],
  { all, force }: Options,
): Promise<number> => {
  const { out, globals } = context
  const directories = findDirectories(context.env, context.uid)
  const machines = await machinesToStop(context, names, all, directories)
  const signals = catchSignals()
  const escalate = signals.stop
  // The first Ctrl-C takes the patience that is left, the second ends this command.
  const abandon = signals.escalate
  escalate.addEventListener('abort', () => out.progress('Stopping at once; Ctrl-C again stops waiting.'))
  try {
    const stopped = await stopInOrder(machines, {
      directories,
      force,
      escalate,
      abandon,
      onNote: (name, note) => out.progress(`${name}  ${note}`),
      onStopping: (name) => out.detail(`${name}  stopping`),
      onStopped: (one) => tell(context, one),
    })
    if (globals.json) out.json(stopped.map((one) => toJson(one, force)))
    return Math.max(EXIT.ok, ...stopped.map((one) => errorOf(one, force)).map(exitOf))
  } finally {
    signals.release()
  }

  function tell({ out: { progressStyle: style } }: Context, one: Stopped): void {
    if (globals.json) return
    const error = errorOf(one, force)
    if (error !== undefined) reportError(error, out, false)
    else out.progress(`${style.bold(one.name)}  ${style.dim('stopped')}  ${one.outcome ?? 'did not run'}`)
  }
}

/** Names of the user; else the definition's machines; with --all whatever runs. The order comes from the definition where there is one. */
const machinesToStop = async (
  context: Context,
  names: readonly string[],
  all: boolean,
  directories: Directories,
): Promise<readonly Node[]> => {
  const defined = await definedMachines(context, names.length > 0 || all)
  const recorded = observeMachines(directories)
  const after = (name: string): readonly string[] => defined.find((node) => node.name === name)?.after ?? []
  if (all) return recorded.filter(isRunning).map(({ name }) => ({ name, after: after(name) }))
  if (names.length === 0) return defined
  const known = [...defined, ...recorded]
  const missing = names.filter((name) => !known.some((machine) => machine.name === name))
  if (missing.length > 0) throw unknownMachines(missing, known)
  return names.map((name) => ({ name, after: after(name) }))
}

const isRunning = ({ supervisorPid, status }: MachineStatus): boolean =>
  supervisorPid !== undefined || status === 'broken'

/** A machine must be stoppable when its definition is broken or gone; only its place in the order is then unknown. */
const definedMachines = async (context: Context, optional: boolean): Promise<readonly Node[]> => {
  try {
    return (await readDefinition(context, [], { built: optional ? 'never' : 'before' })).machines
  } catch (error) {
    if (!optional || !(error instanceof MicrovmError)) throw error
    return []
  }
}

const errorOf = ({ name, outcome, error }: Stopped, force: boolean): MicrovmError | undefined => {
  if (error !== undefined) return error
  if (outcome === undefined || outcome === 'graceful' || force) return undefined
  return new MicrovmError('STOP_FORCED', `Machine "${name}" did not shut down by itself (${outcome}).`, {
    machine: name,
    because: 'Its guest did not answer in time, or patience ended before it had.',
    fix: `"microvm logs ${name} --source events" has the steps. A guest that needs longer gets it by stopTimeout.`,
  })
}

const exitOf = (error: MicrovmError | undefined): number =>
  error === undefined ? EXIT.ok : CATALOGUE[error.code].exit

const toJson = (one: Stopped, force: boolean) => {
  const error = errorOf(one, force)
  return {
    name: one.name,
    outcome: one.outcome ?? null,
    ...(error === undefined ? {} : errorToJson(error)),
  }
}
