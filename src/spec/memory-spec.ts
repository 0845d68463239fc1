import { bytesOfSize } from '../definition/size.ts'
import type { Machine } from '../definition/schema.ts'
import type { MemorySpec } from './machine-spec.ts'

const DEFAULT_SIZE = 512 * 2 ** 20

/** Devices whose back-end is another process on every hypervisor, and so maps the guest's memory. */
export const vhostUserDevices = (machine: Machine): string[] => [
  ...(machine.shares ?? []).map((share) => `the share "${share.tag}"`),
  ...(machine.interfaces ?? [])
    .filter((entry) => entry.type === 'vhost-user')
    .map((entry) => `the interface "${entry.id}"`),
  ...(machine.volumes ?? [])
    .filter((volume) => volume.vhostUserSocket !== undefined)
    .map((volume) => `the volume "${volume.image}"`),
]

/** Interfaces of type "user" need it under cloud-hypervisor, where passt is their back-end, but not under QEMU. */
const sharesByDefault = (machine: Machine): boolean =>
  vhostUserDevices(machine).length > 0 ||
  (machine.mergeableMem !== true && (machine.interfaces ?? []).some((entry) => entry.type === 'user'))

export const memorySpec = (machine: Machine): MemorySpec => ({
  size: machine.mem === undefined ? DEFAULT_SIZE : bytesOfSize(machine.mem),
  hotplugSize: machine.hotplugMem === undefined ? 0 : bytesOfSize(machine.hotplugMem),
  hotpluggedSize: machine.hotpluggedMem === undefined ? 0 : bytesOfSize(machine.hotpluggedMem),
  shared: machine.sharedMem ?? sharesByDefault(machine),
  mergeable: machine.mergeableMem ?? false,
  hugepages: machine.hugepageMem ?? false,
  hugepageSize: machine.hugepageSize === undefined ? undefined : bytesOfSize(machine.hugepageSize),
  prefault: machine.prefaultMem ?? false,
  thp: machine.thp ?? true,
  balloon: machine.balloon
    ? {
        size: machine.initialBalloonMem === undefined ? 0 : bytesOfSize(machine.initialBalloonMem),
        deflateOnOom: machine.deflateOnOOM ?? true,
        freePageReporting: true,
      }
    : undefined,
})
