import type { FilesImage } from '../../../spec/machine-spec.ts'
import type { Plan } from '../../../plan/plan.ts'
import { isAtLeast } from '../../../plan/version.ts'
import type { Secret } from '../../contract.ts'
import { SINCE } from '../capabilities.ts'
import { consoles } from './console.ts'
import { cpus } from './cpus.ts'
import { disks } from './disks.ts'
import { landlock } from './landlock.ts'
import { balloon, memory } from './memory.ts'
import { nets } from './nets.ts'
import { pciKeys } from './pci.ts'
import { platform } from './platform.ts'
import { rateLimiter } from './rate-limit.ts'
import { shares } from './shares.ts'

/**
 * The body of `vm.create`: VmConfig of cloud-hypervisor's vmm/src/vm_config.rs. It drops keys it does not know without a
 * word, so only keys of the version at hand are in here, and what it understood is compared afterwards (`control.verify`).
 */
export const vmConfig = (plan: Plan, image: FilesImage, secrets: readonly Secret[]) => {
  const { spec } = plan
  const withIds = isAtLeast(plan.hypervisor.program.numbers, SINCE.commonPciKeys)
  return {
    payload: {
      kernel: image.kernel,
      ...(image.initrd === undefined ? {} : { initramfs: image.initrd }),
      cmdline: plan.cmdline.join(' '),
    },
    cpus: cpus(spec.cpu),
    memory: memory(spec.memory, plan.memory.shared),
    ...list(
      'rate_limit_groups',
      spec.rateLimitGroups.map(({ id, ...limit }) => ({ id, rate_limiter_config: rateLimiter(limit) })),
    ),
    ...list('disks', disks(plan)),
    ...list('net', nets(plan)),
    ...list('fs', shares(plan)),
    ...list(
      'devices',
      // No "/" at the end: under Landlock it reads the link, not the directory behind it (DeviceConfig::apply_landlock).
      spec.devices.map((device) => ({ ...pciKeys(device), path: `/sys/bus/pci/devices/${device.path}` })),
    ),
    vsock: { id: 'vsock', cid: spec.vsock.cid, socket: plan.places.vsock },
    rng: { ...(withIds ? { id: 'rng' } : {}), src: spec.rngSource },
    ...(spec.memory.balloon === undefined ? {} : { balloon: balloon(spec.memory.balloon, withIds) }),
    ...consoles(plan),
    platform: platform(plan, secrets),
    watchdog: spec.watchdog,
    pvpanic: spec.pvpanic,
    ...(spec.tpmSocket === undefined ? {} : { tpm: { socket: spec.tpmSocket } }),
    ...landlock(plan),
  }
}

const list = <K extends string, T>(key: K, items: readonly T[]): { [key in K]?: readonly T[] } =>
  items.length === 0 ? {} : ({ [key]: items } as { [key in K]: readonly T[] })
