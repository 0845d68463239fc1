import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** MINIMUM_BLOCK_QUEUE_SIZE: a queue must be larger than this. */
const BLOCK_QUEUE_FLOOR = 2

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))

/** Rules over single devices. */
export const checkDevices = (spec: MachineSpec): Problem[] => {
  const problems: Problem[] = []
  const add = (at: readonly (string | number)[], message: string, fix: string) =>
    problems.push(capabilityProblem(spec.name, at, message, fix))
  const { boot } = spec.cpu

  for (const [index, volume] of spec.volumes.entries()) {
    const at = ['volumes', index]
    if (volume.queues > boot)
      add([...at, 'queues'], `${volume.queues} queues are more than the ${boot} vCPUs.`, `At most ${boot}.`)
    if (volume.queueSize <= BLOCK_QUEUE_FLOOR || !isPowerOfTwo(volume.queueSize))
      add([...at, 'queueSize'], 'queueSize must be a power of two larger than 2.', 'Use 128 or 256.')
    const limited = volume.rateLimit !== undefined || volume.rateLimitGroup !== undefined
    if (volume.vhostUserSocket !== undefined && limited)
      add(at, 'A vhost-user disk cannot be rate-limited here.', 'Limit it in its back-end.')
    if (volume.vhostUserSocket !== undefined && volume.iommu)
      add([...at, 'iommu'], 'A vhost-user disk cannot be behind the virtual IOMMU.', 'Remove iommu.')
    if (volume.rateLimit !== undefined && volume.rateLimitGroup !== undefined)
      add(at, 'rateLimit and rateLimitGroup exclude each other.', 'Keep one of them.')
  }
  for (const [index, netInterface] of spec.interfaces.entries()) {
    const at = ['interfaces', index]
    const vhostUser = netInterface.type === 'user' || netInterface.type === 'vhost-user'
    if (netInterface.queuePairs > boot)
      add(
        [...at, 'queues'],
        `${netInterface.queuePairs} queue pairs are more than the ${boot} vCPUs.`,
        `At most ${boot}.`,
      )
    if (!isPowerOfTwo(netInterface.queueSize))
      add([...at, 'queueSize'], 'queueSize must be a power of two.', 'Use 256.')
    if (vhostUser && netInterface.rateLimit !== undefined)
      add(
        [...at, 'rateLimit'],
        `An interface of type "${netInterface.type}" cannot be rate-limited.`,
        'Use type "tap".',
      )
    if (vhostUser && netInterface.iommu)
      add(
        [...at, 'iommu'],
        `An interface of type "${netInterface.type}" cannot be behind the virtual IOMMU.`,
        'Remove iommu.',
      )
    if (netInterface.type === 'user' && netInterface.queuePairs > 1)
      add([...at, 'queues'], 'passt has one queue pair only.', 'Remove queues, or use type "tap".')
  }
  for (const { list, index, device } of pciDevices(spec)) {
    const { numPciSegments, iommuSegments } = spec.platform
    if (device.pciSegment >= numPciSegments)
      add(
        [list, index, 'pciSegment'],
        `There is no PCI segment ${device.pciSegment}: the machine has ${numPciSegments}, counted from 0.`,
        'Raise platform.numPciSegments.',
      )
    if (iommuSegments.includes(device.pciSegment) && !device.iommu)
      add(
        [list, index, 'iommu'],
        `PCI segment ${device.pciSegment} is behind the virtual IOMMU, and this device is not.`,
        'Set iommu = true, or move the device to another segment.',
      )
  }
  return problems
}

const pciDevices = (spec: MachineSpec) =>
  (['volumes', 'interfaces', 'shares', 'devices'] as const).flatMap((list) =>
    spec[list].map((device, index) => ({ list, index, device })),
  )
