import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'
import { checkExtraArgs } from './check-extra-args.ts'
import { checkDevices } from './check-devices.ts'

/** What QEMU's command line cannot say. Nothing asked for is dropped in silence. */
export const check = (spec: MachineSpec, _: readonly number[], accel: 'kvm' | 'tcg'): Problem[] => {
  const problems: Problem[] = []
  const add = (at: readonly (string | number)[], message: string, fix: string) =>
    problems.push(capabilityProblem(spec.name, at, message, fix))

  if (accel === 'tcg' && spec.cpu.features.includes('amx'))
    add(['cpu', 'features'], 'An emulated CPU has no AMX.', 'Remove "amx", or use a host with KVM.')
  if (spec.cpu.affinity.length > 0)
    add(['cpu', 'affinity'], 'QEMU cannot pin vCPUs.', 'Remove it, or pin the whole unit by CPUAffinity=.')
  if (spec.cpu.coreScheduling !== undefined)
    add(['cpu', 'coreScheduling'], 'QEMU knows no core scheduling.', 'Remove it.')
  if (!spec.memory.thp)
    add(['thp'], 'QEMU cannot switch transparent huge pages off for one machine.', 'Remove thp.')
  if ((spec.memory.balloon?.size ?? 0) > 0)
    add(
      ['initialBalloonMem'],
      'QEMU starts with an empty balloon.',
      'Remove initialBalloonMem, or make mem smaller.',
    )
  if (spec.landlock.enabled)
    add(['landlock'], 'QEMU cannot be confined by Landlock.', 'Remove it; QEMU runs in its own sandbox.')
  if (spec.seccomp === 'log')
    add(['seccomp'], 'The sandbox of QEMU cannot just log.', 'Use seccomp = "on" or "off".')
  const { numPciSegments, iommuSegments, iommuAddressWidth } = spec.platform
  if (numPciSegments > 1 || iommuSegments.length > 0 || iommuAddressWidth !== undefined)
    add(
      ['platform'],
      'This QEMU machine has one PCI segment and no virtual IOMMU.',
      'Remove numPciSegments, iommuSegments and iommuAddressWidth.',
    )
  if (spec.extraConfig['qemu'] !== undefined)
    add(['extraConfig', 'qemu'], 'QEMU takes arguments, no configuration.', 'Use extraArgs.qemu.')
  return [...problems, ...checkDevices(spec), ...checkExtraArgs(spec)]
}
