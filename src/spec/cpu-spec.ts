import type { Machine } from '../definition/schema.ts'
import type { CpuSpec } from './machine-spec.ts'

/** CPUs with cloud-hypervisor's defaults (docs/cpu.md): 46 bits of guest-physical addresses, nesting on. */
export const cpuSpec = ({ vcpu = 1, cpu = {} }: Machine): CpuSpec => ({
  boot: vcpu,
  max: cpu.max ?? vcpu,
  topology:
    cpu.topology === undefined
      ? undefined
      : {
          threadsPerCore: cpu.topology.threadsPerCore ?? 1,
          coresPerDie: cpu.topology.coresPerDie ?? 1,
          diesPerPackage: cpu.topology.diesPerPackage ?? 1,
          packages: cpu.topology.packages ?? 1,
        },
  affinity: cpu.affinity ?? [],
  nested: cpu.nested ?? true,
  maxPhysBits: cpu.maxPhysBits ?? 46,
  features: cpu.features ?? [],
  coreScheduling: cpu.coreScheduling,
})
