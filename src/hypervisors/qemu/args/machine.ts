import type { Plan } from '../../../plan/plan.ts'
import { keyval } from '../keyval.ts'

/** Machine, accelerator and CPUs. q35, because the "microvm" board has no SMBIOS and so no credentials. */
export const machineArgs = ({ spec, hypervisor }: Plan): string[] => {
  const { cpu } = spec
  const kvm = hypervisor.accel === 'kvm'
  return [
    '-name',
    keyval(undefined, { guest: spec.name, 'debug-threads': true }),
    '-machine',
    keyval('q35', {
      'memory-backend': 'mem',
      // Nothing is attached to these, and a guest that probes them loses time.
      sata: false,
      smbus: false,
      usb: false,
      vmport: false,
      'dump-guest-core': false,
    }),
    '-accel',
    kvm ? 'kvm' : keyval('tcg', { thread: 'multi' }),
    '-cpu',
    kvm
      ? keyval('host', {
          'host-phys-bits-limit': cpu.maxPhysBits,
          ...(cpu.nested ? {} : { vmx: false, svm: false }),
        })
      : // `max` is what TCG can emulate; nesting is left on, as everywhere.
        keyval('max', cpu.nested ? {} : { vmx: false, svm: false }),
    '-smp',
    keyval(undefined, {
      cpus: cpu.boot,
      maxcpus: cpu.max,
      ...(cpu.topology === undefined
        ? {}
        : {
            sockets: cpu.topology.packages,
            dies: cpu.topology.diesPerPackage,
            cores: cpu.topology.coresPerDie,
            threads: cpu.topology.threadsPerCore,
          }),
    }),
  ]
}
