import { CATALOGUE, EXIT } from '../errors/catalogue.ts'
import { errorToJson } from '../errors/format.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { catchSignals } from '../host/signals.ts'
import { type MachineStatus, observeMachines } from '../state/observe.ts'
import type { Directories } from '../plan/places.ts'
import type { Context } from './context.ts'
import { leftBehind, noLongerDefined, stopConflict } from './check-owners.ts'
import { readDefinition, type ReadDefinition } from './read-definition.ts'
import { reportError } from './report-error.ts'
import { type Stopped, stopInOrder } from './stop-in-order.ts'
import { unknownMachines } from './unknown-machines.ts'

type Node = { readonly name: string; readonly after: readonly string[] }
type Options = { readonly all: boolean; readonly force: boolean; readonly adopt: boolean }

export const performDown = async (
  context: Context,
  names: readonly string[],
  { all, force, adopt }: Options,
): Promise<number> => {
  const { out, globals } = context
  const directories = findDirectories(context.env, context.uid)
  if (all && names.length > 0)
    throw new MicrovmError('USAGE', '--all stops every machine; it goes with no name.', {
      fix: `Leave one of them out: microvm down --all, or microvm down ${names.join(' ')}`,
    })
  const defined = await readDefined(context)
  const machines = machinesToStop(context, names, all, defined, observeMachines(directories))
  const foreign = all || adopt ? [] : foreignMachines(machines, defined, directories)
  const signals = catchSignals()
  const escalate = signals.stop
  // The first Ctrl-C takes the patience that is left, the second ends this command.
  const abandon = signals.escalate
  escalate.addEventListener('abort', () => out.progress('Stopping at once; Ctrl-C again stops waiting.'))
  try {
    for (const one of foreign) tell(context, one)
    const ours = machines.filter(({ name }) => !foreign.some((one) => one.name === name))
    const others = await stopInOrder(ours, {
      directories,
      force,
      escalate,
      abandon,
      onNote: (name, note) => out.progress(`${name}  ${note}`),
      onStopping: (name) => out.detail(`${name}  stopping`),
      onStopped: (one) => tell(context, one),
    })
    const stopped = [...foreign, ...others]
    if (names.length === 0 && !all && defined !== undefined)
      for (const { name } of leftBehind(defined, directories)) out.warn(noLongerDefined(name, defined), name)
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

/**
 * Names of the user; with --all whatever runs; else the machines of the definition here, or of a project that was named. Where there is no definition
 * that can be read, or where it would have to be built first: those that were started from one in this folder. To stop a machine takes no more
 * than its record, which has its place in the order, too.
 */
const machinesToStop = (
  context: Context,
  names: readonly string[],
  all: boolean,
  definition: ReadDefinition | undefined,
  recorded: readonly MachineStatus[],
): readonly Node[] => {
  const defined = definition?.machines ?? []
  const node = ({ name }: { readonly name: string }): Node => ({
    name,
    after: [...defined, ...recorded].find((machine) => machine.name === name)?.after ?? [],
  })
  if (all) return recorded.filter(isToStop).map(node)
  if (names.length === 0) {
    if (definition !== undefined) return defined
    const { project } = context.globals
    if (project === undefined) return startedHere(context.cwd, recorded).map(node)
    return recorded.filter((machine) => machine.project === project && isToStop(machine)).map(node)
  }
  const known = [...defined, ...recorded]
  const missing = names.filter((name) => !known.some((machine) => machine.name === name))
  if (missing.length > 0) throw unknownMachines(missing, known)
  return names.map((name) => node({ name }))
}

/** Machines that run and were started from a definition in this folder or below it. @throws MicrovmError USAGE when others run, but none of here. */
const startedHere = (cwd: string, recorded: readonly MachineStatus[]): MachineStatus[] => {
  const running = recorded.filter(isToStop)
  const here = running.filter(
    ({ definition }) => definition?.startsWith(cwd === '/' ? cwd : `${cwd}/`) === true,
  )
  if (here.length > 0 || running.length === 0) return here
  throw new MicrovmError('USAGE', 'No machine was started from this folder.', {
    because: `These run: ${running.map(({ name, definition }) => `${name} (${definition ?? 'its definition is not known'})`).join(', ')}.`,
    fix: `Name what to stop: microvm down ${running.map(({ name }) => name).join(' ')}`,
  })
}

/** Machines that the definition names, and that run as those of another one. */
const foreignMachines = (
  machines: readonly Node[],
  definition: ReadDefinition | undefined,
  directories: Directories,
): Stopped[] =>
  machines.flatMap(({ name }) => {
    // What the definition does not name is meant as what it is: "microvm down NAME" works from anywhere.
    if (definition?.machines.some((machine) => machine.name === name) !== true) return []
    const error = stopConflict(name, definition, directories)
    return error === undefined ? [] : [{ name, outcome: undefined, error }]
  })

/** One that failed is to be cleared. */
const isToStop = ({ supervisorPid, status }: MachineStatus): boolean =>
  supervisorPid !== undefined || status === 'broken' || status === 'failed'

/** The definition here; undefined where there is none that can be read as it is: a machine must be stoppable when it is broken or gone. */
const readDefined = async (context: Context): Promise<ReadDefinition | undefined> => {
  try {
    return await readDefinition(context, [], { built: 'never' })
  } catch (error) {
    // One that the user named was meant.
    if (!(error instanceof MicrovmError) || context.globals.file !== undefined) throw error
    return undefined
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
