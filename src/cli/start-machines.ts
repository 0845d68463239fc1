import { findDirectories } from '../host/directories.ts'
import { observeMachine } from '../state/observe.ts'
import { chooseMachines } from './choose-machines.ts'
import type { Context } from './context.ts'
import { splitByUnit } from './split-by-unit.ts'

/** `start` and `restart`: units by systemd; the others in the background, each from the definition here or the one it ran from last. */
export const startMachines = async (
  context: Context,
  verb: 'start' | 'restart',
  names: readonly string[],
): Promise<number> => {
  const { units, others } = splitByUnit(context, names)
  const { performStart } = await import('./units/perform-start.ts')
  let status = units.length === 0 ? 0 : await performStart(context, verb, units)
  if (others.length === 0) return status
  if (verb === 'restart') {
    const { performDown } = await import('./perform-down.ts')
    const { readDefinition } = await import('./read-definition.ts')
    // A definition that cannot be used is found out before anything is stopped for it.
    for (const [file, machines] of byDefinition(context, others))
      chooseMachines((await readDefinition(withFile(context, file), machines)).machines, machines)
    const running = runningOf(context, others)
    if (running.length > 0)
      status = Math.max(
        status,
        await performDown(context, running, { all: false, force: false, adopt: false }),
      )
  }
  const { performUp } = await import('./up/perform-up.ts')
  for (const [file, machines] of byDefinition(context, others)) {
    status = Math.max(
      status,
      await performUp(withFile(context, file), machines, { detach: true, timeout: undefined, adopt: false }),
    )
  }
  return status
}

/** A getter stays one: a folder that was removed matters only where a definition is looked for in it. */
const withFile = (context: Context, file: string | undefined): Context =>
  file === undefined
    ? context
    : (Object.create(context, {
        globals: { value: { ...context.globals, file }, enumerable: true },
      }) as Context)

const runningOf = ({ env, uid }: Context, names: readonly string[]): string[] =>
  names.filter((name) => observeMachine(findDirectories(env, uid), name)?.supervisorPid !== undefined)

/** The file that was named, else the one each machine ran from; undefined for one that never ran: it is looked for here. */
const byDefinition = (
  { env, uid, globals }: Context,
  names: readonly string[],
): Map<string | undefined, string[]> => {
  const files = new Map<string | undefined, string[]>()
  for (const name of names) {
    const file = globals.file ?? observeMachine(findDirectories(env, uid), name)?.definition
    files.set(file, [...(files.get(file) ?? []), name])
  }
  return files
}
