import type { Context } from './context.ts'
import { splitByUnit } from './split-by-unit.ts'

/** `stop`: units by systemd, the others by their supervisors; the worse status counts. */
export const stopMachines = async (context: Context, names: readonly string[]): Promise<number> => {
  const { units, others } = splitByUnit(context, names)
  const { performUnitStop } = await import('./units/perform-unit-stop.ts')
  const { performDown } = await import('./perform-down.ts')
  const ofUnits = units.length === 0 ? 0 : await performUnitStop(context, units)
  const ofOthers =
    others.length === 0 ? 0 : await performDown(context, others, { all: false, force: false, adopt: false })
  return Math.max(ofUnits, ofOthers)
}
