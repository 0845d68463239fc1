import { findDirectories } from '../host/directories.ts'
import { machineRows, machineToJson } from '../report/machine-rows.ts'
import { type MachineStatus, observeMachines } from '../state/observe.ts'
import type { Context } from './context.ts'

/** Imports nothing heavy: people, completion and prompts call it all the time. */
export const performPs = async (
  { env, uid, globals, out }: Context,
  names: readonly string[],
  { all }: { readonly all: boolean },
): Promise<number> => {
  const recorded = observeMachines(findDirectories(env, uid))
  const asked = names.length === 0 ? recorded : recorded.filter(({ name }) => names.includes(name))
  const shown = all || names.length > 0 ? asked : asked.filter(isOfInterest)
  if (globals.json) out.json(shown.map(machineToJson))
  else if (globals.quiet) for (const { name } of shown) out.data(name)
  else {
    out.data(machineRows(shown, Date.now(), out.style).join('\n'))
    const hidden = asked.length - shown.length
    if (hidden > 0) out.progress(out.progressStyle.dim(`${hidden} stopped; "microvm ps --all" lists them`))
  }
  const missing = names.filter((name) => !recorded.some((machine) => machine.name === name))
  if (missing.length === 0) return 0
  const { unknownMachines } = await import('./unknown-machines.ts')
  throw unknownMachines(missing, recorded)
}

const isOfInterest = ({ status }: MachineStatus): boolean => status !== 'stopped'
