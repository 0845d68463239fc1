import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec, RateLimitSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** Rules over single devices. */
export const checkDevices = (spec: MachineSpec): Problem[] => {
  const problems: Problem[] = []
  const add = (at: readonly (string | number)[], message: string, fix: string) =>
    problems.push(capabilityProblem(spec.name, at, message, fix))

  for (const list of ['volumes', 'interfaces', 'shares', 'devices'] as const)
    for (const [index, device] of spec[list].entries()) {
      if (device.pciSegment > 0)
        add([list, index, 'pciSegment'], 'This QEMU machine has one PCI segment.', 'Remove pciSegment.')
      if (device.iommu)
        add([list, index, 'iommu'], 'This QEMU machine has no virtual IOMMU.', 'Remove iommu.')
    }
  for (const [index, volume] of spec.volumes.entries()) {
    const at = ['volumes', index]
    if (volume.lockGranularity === 'byte-range')
      add([...at, 'lockGranularity'], 'QEMU always locks whole images.', 'Remove lockGranularity.')
    if (volume.vhostUserSocket !== undefined && volume.rateLimit !== undefined)
      add([...at, 'rateLimit'], 'A vhost-user disk cannot be rate-limited here.', 'Limit it in its back-end.')
    if (volume.vhostUserSocket !== undefined && volume.rateLimitGroup !== undefined)
      add(
        [...at, 'rateLimitGroup'],
        'A vhost-user disk cannot be rate-limited here.',
        'Limit it in its back-end.',
      )
    if (hasBurst(volume.rateLimit)) add([...at, 'rateLimit'], ...NO_BURST)
    if (volume.rateLimit !== undefined && volume.rateLimitGroup !== undefined)
      add(at, 'rateLimit and rateLimitGroup exclude each other.', 'Keep one of them.')
    if (!isPowerOfTwo(volume.queueSize) || volume.queueSize > 1024)
      add([...at, 'queueSize'], 'queueSize must be a power of two, at most 1024.', 'Use 128 or 256.')
  }
  for (const [index, netInterface] of spec.interfaces.entries()) {
    const at = ['interfaces', index]
    if (netInterface.rateLimit !== undefined)
      add(
        [...at, 'rateLimit'],
        'QEMU cannot rate-limit an interface.',
        'Limit the tap with tc(8), or remove it.',
      )
    if (
      !isPowerOfTwo(netInterface.queueSize) ||
      netInterface.queueSize < 256 ||
      netInterface.queueSize > 1024
    )
      add([...at, 'queueSize'], 'queueSize must be 256, 512 or 1024.', 'Remove it: the default is 256.')
    for (const [number, { hostAddress }] of netInterface.forwardPorts.entries())
      if (hostAddress.includes(':'))
        add(
          [...at, 'forwardPorts', number, 'host', 'address'],
          `QEMU forwards ports of IPv4 addresses only, and ${hostAddress} is none.`,
          'Use e.g. "127.0.0.1", or hypervisor = "cloud-hypervisor".',
        )
    if (netInterface.type === 'user' && netInterface.queuePairs > 1)
      add([...at, 'queues'], 'Type "user" has one queue pair only.', 'Remove queues, or use type "tap".')
  }
  for (const group of spec.rateLimitGroups)
    if (hasBurst(group)) add(['rateLimitGroups', group.id], ...NO_BURST)
  for (const [index, share] of spec.shares.entries())
    if (!isPowerOfTwo(share.queueSize) || share.queueSize > 1024)
      add(['shares', index, 'queueSize'], 'queueSize must be a power of two, at most 1024.', 'Remove it.')
  return problems
}

/** Its bursts (bps-total-max) come back after each rest; one that is spent once for all it cannot do. */
const NO_BURST = ['QEMU knows no burst that is given only once.', 'Remove oneTimeBurst.'] as const

const hasBurst = (limit: RateLimitSpec | undefined): boolean =>
  [limit?.bandwidth, limit?.ops].some((bucket) => bucket !== undefined && bucket.oneTimeBurst > 0)

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))
