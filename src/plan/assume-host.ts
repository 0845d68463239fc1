import { hypervisorNamed } from '../hypervisors/registry.ts'
import { PASST_WITH_VHOST_USER } from './decide-sidecars.ts'
import type { Observed, Program, ProgramName } from './observed.ts'
import { isAtLeast } from './version.ts'

/** What a host is taken to have where nothing is known of it: the versions microvm is tested with. */
const ASSUMED: Readonly<Partial<Record<ProgramName, string>>> = {
  'cloud-hypervisor': '53.0',
  'ch-remote': '53.0',
  qemu: '10.0.2',
  'vhost-device-vsock': '0.3.0',
  virtiofsd: '1.13.2',
  passt: '2025_05_03',
  setpriv: '2.41',
  flock: '2.41',
}

/** Linux of that version has all that is asked of a kernel here. */
const KERNEL = '6.12.0'

/**
 * The host that a machine is prepared for rather than this one: KVM, and every program that this host lacks or has too old. What this host has is
 * taken as it is here. Programs that are assumed have a name for a path: where they lie on that host is not known.
 */
export const assumeHost = (observed: Observed, hypervisor: string): Observed => {
  const { program, capabilities } = hypervisorNamed(hypervisor)
  const usable = (name: ProgramName): boolean => {
    const found = observed.programs[name]
    if (found === undefined) return false
    if (name === program) return isAtLeast(found.numbers, capabilities.minVersion)
    return isAtLeast(found.numbers, name === 'passt' ? PASST_WITH_VHOST_USER : [0])
  }
  const missing = (Object.keys(ASSUMED) as ProgramName[]).filter((name) => !usable(name))
  return {
    ...observed,
    kvm: { usable: true },
    kernel: KERNEL,
    programs: {
      ...observed.programs,
      ...Object.fromEntries(missing.map((name) => [name, assumed(name, observed.arch)])),
    },
    assumed: [...(observed.kvm.usable ? [] : ['KVM' as const]), ...missing],
  }
}

const assumed = (name: ProgramName, arch: Observed['arch']): Program => {
  const version = ASSUMED[name] ?? ''
  return {
    path: name === 'qemu' ? `qemu-system-${arch}` : name,
    version,
    numbers: version.split(/[._]/).map(Number),
  }
}
