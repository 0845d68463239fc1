import { needUnits } from '../../host-install/prepare-units.ts'
import type { Context } from '../context.ts'
import { chooseSystemMachines } from './choose-system-machines.ts'
import { performStart } from './perform-start.ts'
import { runSystemctl } from './run-systemctl.ts'

/** `enable`: only what is defined, so that a slip of the pen is not found at the next boot. */
export const performEnable = async (
  context: Context,
  names: readonly string[],
  { now }: { readonly now: boolean },
): Promise<number> => {
  needUnits()
  chooseSystemMachines(names)
  const status = await runSystemctl('enable', names)
  return status === 0 && now ? performStart(context, 'start', names) : status
}
