import { cloudHypervisor } from './cloud-hypervisor/hypervisor.ts'
import type { Hypervisor } from './contract.ts'
import { qemu } from './qemu/hypervisor.ts'

/** All hypervisors, the preferred one first. The only file that names them. */
export const hypervisors: readonly Hypervisor[] = [cloudHypervisor, qemu]

/** @throws Error when there is none of that name: plans name only those in the registry, so that is a defect. */
export const hypervisorNamed = (name: string): Hypervisor => {
  const found = hypervisors.find((hypervisor) => hypervisor.name === name)
  if (found === undefined) throw new Error(`No hypervisor "${name}" in the registry.`)
  return found
}
