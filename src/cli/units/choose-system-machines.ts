import { readSystemDefinitions } from '../../host-install/system-definitions.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { problemsError } from '../read-definition.ts'
import { withDependencies } from '../select-machines.ts'
import { unknownMachines } from '../unknown-machines.ts'

export type SystemMachine = { readonly spec: MachineSpec; readonly file: string }

/**
 * The machines of these names in /etc/microvm, and all they come after.
 * @throws MicrovmError MACHINE_UNKNOWN, or the problems of a file that may be the one that defines them.
 */
export const chooseSystemMachines = (names: readonly string[]): SystemMachine[] => {
  const definitions = readSystemDefinitions()
  const known = definitions.flatMap(({ machines }) => machines)
  const missing = names.filter((name) => !known.some((machine) => machine.name === name))
  const problems = definitions.flatMap((definition) => definition.problems)
  if (missing.length > 0 && problems.length > 0)
    throw problemsError(problems, `${missing.join(', ')} may be defined in a file that cannot be used.`)
  if (missing.length > 0) throw unknownMachines(missing, known)
  return definitions.flatMap(({ file, machines }) => {
    const here = names.filter((name) => machines.some((machine) => machine.name === name))
    return here.length === 0 ? [] : withDependencies(machines, here).map((spec) => ({ spec, file }))
  })
}
