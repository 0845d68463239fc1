import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** What the machine consists of: a patch may add to these and change what is in them, and takes none of them away. */
const LISTS = ['disks', 'net', 'fs', 'devices', 'rate_limit_groups', 'landlock_rules']
const OBJECTS = ['payload', 'cpus', 'memory', 'vsock', 'platform']

/** `extraConfig.cloud-hypervisor`: parts that would replace or remove what the definition itself describes. */
export const checkExtraConfig = (spec: MachineSpec): Problem[] =>
  Object.entries(spec.extraConfig['cloud-hypervisor'] ?? {}).flatMap(([key, value]) => {
    const at = ['extraConfig', 'cloud-hypervisor', key]
    if (LISTS.includes(key) && !Array.isArray(value))
      return [
        capabilityProblem(
          spec.name,
          at,
          `${key} has to be a list here.`,
          `Write a list of tables: one with the id of a device changes that device, others are added. To leave a device out, remove it from the definition.`,
          'Anything else would take the place of all that the definition describes.',
        ),
      ]
    if (OBJECTS.includes(key) && (typeof value !== 'object' || value === null || Array.isArray(value)))
      return [
        capabilityProblem(
          spec.name,
          at,
          `${key} has to be a table here.`,
          'Write a table with the keys to change.',
          'Without what the definition describes there the machine could not be started or watched.',
        ),
      ]
    return []
  })
