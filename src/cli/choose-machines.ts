import type { MachineSpec } from '../spec/machine-spec.ts'
import { unknownMachines } from './unknown-machines.ts'

/** The machines of these names; all when there is none. @throws MicrovmError MACHINE_UNKNOWN */
export const chooseMachines = <T extends Pick<MachineSpec, 'name'>>(
  machines: readonly T[],
  names: readonly string[],
): T[] => {
  const missing = names.filter((wanted) => !machines.some(({ name }) => name === wanted))
  if (missing.length > 0) throw unknownMachines(missing, machines)
  return names.length === 0 ? [...machines] : machines.filter(({ name }) => names.includes(name))
}
