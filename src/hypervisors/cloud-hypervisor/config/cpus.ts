import type { CpuSpec } from '../../../spec/machine-spec.ts'

const MODE = { vm: 'Vm', vcpu: 'Vcpu', off: 'Off' } as const

/** CpusConfig. */
export const cpus = (cpu: CpuSpec) => ({
  boot_vcpus: cpu.boot,
  max_vcpus: cpu.max,
  max_phys_bits: cpu.maxPhysBits,
  nested: cpu.nested,
  ...(cpu.topology === undefined
    ? {}
    : {
        topology: {
          threads_per_core: cpu.topology.threadsPerCore,
          cores_per_die: cpu.topology.coresPerDie,
          dies_per_package: cpu.topology.diesPerPackage,
          packages: cpu.topology.packages,
        },
      }),
  ...(cpu.affinity.length === 0
    ? {}
    : { affinity: cpu.affinity.map(({ vcpu, host }) => ({ vcpu, host_cpus: host })) }),
  ...(cpu.features.length === 0 ? {} : { features: { amx: cpu.features.includes('amx') } }),
  ...(cpu.coreScheduling === undefined ? {} : { core_scheduling: MODE[cpu.coreScheduling] }),
})
