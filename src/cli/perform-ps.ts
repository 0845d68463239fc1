import { findDirectories } from '../host/directories.ts'
import { machineRows, machineToJson } from '../report/machine-rows.ts'
import { type MachineStatus, observeMachines } from '../state/observe.ts'
import type { Context } from './context.ts'
import { leftBehindRemark } from './left-behind-remark.ts'

/** Imports nothing heavy: people, completion and prompts call it all the time. */
export const performPs = async (
  { env, uid, globals, out }: Context,
  names: readonly string[],
  { all }: { readonly all: boolean },
): Promise<number> => {
  const recorded = observeMachines(findDirectories(env, uid))
  const listed =
    globals.project === undefined ? recorded : recorded.filter(({ project }) => project === globals.project)
  const asked = names.length === 0 ? listed : listed.filter(({ name }) => names.includes(name))
  const shown = await Promise.all(
    (all || names.length > 0 ? asked : asked.filter(isOfInterest)).map(async (machine) => {
      const leftBehind = await leftBehindRemark(machine)
      return leftBehind === undefined ? machine : { ...machine, leftBehind }
    }),
  )
  if (globals.json) out.json(shown.map(machineToJson))
  else if (globals.quiet) for (const { name } of shown) out.data(name)
  else {
    out.data(machineRows(shown, { now: Date.now(), width: widthOf(env), wide: all }, out.style).join('\n'))
    const hidden = asked.length - shown.length
    if (hidden > 0) out.progress(out.progressStyle.dim(`${hidden} stopped; "microvm ps --all" lists them`))
  }
  const missing = names.filter((name) => !recorded.some((machine) => machine.name === name))
  if (missing.length === 0) return 0
  const { unknownMachines } = await import('./unknown-machines.ts')
  throw unknownMachines(missing, recorded)
}

const isOfInterest = ({ status }: MachineStatus): boolean => status !== 'stopped'

/** Of the terminal; of COLUMNS where there is none; else lines are as long as they are. */
const widthOf = (env: NodeJS.ProcessEnv): number => {
  const named = Number(env['COLUMNS'] ?? '')
  return process.stdout.columns ?? (Number.isInteger(named) && named > 0 ? named : Infinity)
}
