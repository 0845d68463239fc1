import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { checkDevices } from './check-devices.ts'
import { checkExtraArgs } from './check-extra-args.ts'
import { checkExtraConfig } from './check-extra-config.ts'
import { checkMachine } from './check-machine.ts'
import { checkVersion } from './check-version.ts'

/**
 * What cloud-hypervisor would refuse at `vm.boot` (VmConfig::validate in its vmm/src/config.rs), said before anything starts
 * and in the words of the definition, and what its version does not know yet.
 */
export const check = (spec: MachineSpec, version: readonly number[]): Problem[] => [
  ...checkVersion(spec, version),
  ...checkMachine(spec),
  ...checkDevices(spec),
  ...checkExtraArgs(spec),
  ...checkExtraConfig(spec),
]
