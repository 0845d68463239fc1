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
    keyval(kvm ? 'host' : 'max', {
      ...(kvm ? { 'host-phys-bits-limit': cpu.maxPhysBits } : emulatedAddresses(cpu.maxPhysBits)),
      // `host` has AMX where KVM does; only "enforce" makes it an error, not a warning, that it has not.
      ...(cpu.features.includes('amx') ? { 'amx-tile': true, enforce: true } : {}),
      // Left on otherwise, as everywhere.
      ...(cpu.nested ? {} : { vmx: false, svm: false }),
    }),
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

/** TCG_PHYS_ADDR_BITS of QEMU's target/i386/cpu.h: what an emulated CPU has when nothing is said. */
const EMULATED_BITS = 40

/** An upper bound is nothing to say where it is not reached. */
const emulatedAddresses = (maxPhysBits: number) =>
  maxPhysBits < EMULATED_BITS ? { 'phys-bits': maxPhysBits } : {}
