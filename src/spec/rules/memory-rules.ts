import type { Machine } from '../../definition/schema.ts'
import type { MachineBody } from '../machine-spec-of.ts'
import { vhostUserDevices } from '../memory-spec.ts'
import { type Finding, type Rule, isPowerOfTwo, those } from './rule.ts'

const MIB = 2 ** 20
/** Below this no distribution kernel with systemd comes up. */
const SMALLEST = 64 * MIB
const PAGE = 4096
/** Block size of virtio-mem in cloud-hypervisor (virtio-devices/src/mem.rs) and QEMU on x86: regions consist of whole blocks. */
const BLOCK = 2 * MIB

const rule = (at: string, message: string, because: string, fix: string): Finding => ({
  code: 'MEMORY_RULE',
  at: [at],
  message,
  because,
  fix,
})

const show = (bytes: number): string => (bytes % MIB === 0 ? `${bytes / MIB}M` : `${bytes} bytes`)

export const memoryRules: Rule = {
  reads: [
    'mem',
    'hotplugMem',
    'hotpluggedMem',
    'hugepageMem',
    'hugepageSize',
    'sharedMem',
    'mergeableMem',
    'balloon',
    'initialBalloonMem',
    'shares',
    'interfaces',
    'volumes',
    'hypervisor',
  ],
  check: (body, given) => [
    ...sizeFindings(body),
    ...hugepageFindings(body),
    ...sharingFindings(body, given),
    ...balloonFindings(body, given),
  ],
}

const sizeFindings = ({ memory }: MachineBody): Finding[] => {
  const { size, hotplugSize, hotpluggedSize } = memory
  return those(
    size < SMALLEST &&
      rule(
        'mem',
        `is ${show(size)}, too little to boot.`,
        'A Linux kernel with systemd needs more than that.',
        `Write at least "${show(SMALLEST)}"; a plain number counts MiB.`,
      ),
    size % PAGE !== 0 &&
      rule(
        'mem',
        `is ${size} bytes, no whole number of pages.`,
        `A page has ${PAGE} bytes.`,
        'Write a size in K, M or G.',
      ),
    hotplugSize % BLOCK !== 0 &&
      rule(
        'hotplugMem',
        `is ${show(hotplugSize)}, no multiple of 2M.`,
        'virtio-mem adds memory in blocks of 2M.',
        'Write a multiple of "2M".',
      ),
    hotpluggedSize % BLOCK !== 0 &&
      rule(
        'hotpluggedMem',
        `is ${show(hotpluggedSize)}, no multiple of 2M.`,
        'virtio-mem adds memory in blocks of 2M.',
        'Write a multiple of "2M".',
      ),
    hotpluggedSize > hotplugSize &&
      rule(
        'hotpluggedMem',
        `is ${show(hotpluggedSize)}, more than ${hotplugSize === 0 ? 'hotplugMem, which is not set' : `the ${show(hotplugSize)} of hotplugMem`}.`,
        'It is the part of hotplugMem that is plugged in at boot.',
        `Set hotplugMem to at least "${show(hotpluggedSize)}".`,
      ),
  )
}

const hugepageFindings = ({ memory }: MachineBody): Finding[] => {
  const { hugepages, hugepageSize, size, hotplugSize } = memory
  if (hugepageSize === undefined) return []
  if (!hugepages)
    return [
      rule(
        'hugepageSize',
        'is set, but hugepageMem is not.',
        'There are no huge pages whose size it could be.',
        'Add hugepageMem = true, or remove hugepageSize.',
      ),
    ]
  if (!isPowerOfTwo(hugepageSize))
    return [
      rule(
        'hugepageSize',
        `is ${show(hugepageSize)}, no power of two.`,
        'Processors have huge pages of 2M and 1G (x86-64).',
        'Write "2M" or "1G".',
      ),
    ]
  const whole = (key: string, bytes: number) =>
    bytes % hugepageSize !== 0 &&
    rule(
      key,
      `is ${show(bytes)}, no multiple of the huge pages' ${show(hugepageSize)}.`,
      'Memory consists of whole pages.',
      `Write a multiple of "${show(hugepageSize)}".`,
    )
  return those(whole('mem', size), whole('hotplugMem', hotplugSize))
}

const sharingFindings = ({ memory, hypervisor }: MachineBody, given: Machine): Finding[] => {
  const devices = vhostUserDevices(given)
  const user = (given.interfaces ?? []).find((entry) => entry.type === 'user')
  const because = 'The kernel merges private pages only (KSM); shared ones are mapped by other processes.'
  if (memory.shared && memory.mergeable)
    return [
      rule(
        'mergeableMem',
        given.sharedMem === true
          ? 'and sharedMem are both true.'
          : `is true, but ${devices.join(', ')} need shared memory.`,
        because,
        given.sharedMem === true ? 'Remove one of them.' : 'Remove mergeableMem, or those devices.',
      ),
    ]
  if (memory.hugepages) return []
  if (memory.mergeable && user !== undefined && hypervisor !== 'qemu')
    return [
      rule(
        'mergeableMem',
        `is true, but the interface "${user.id}" of type "user" needs shared memory.`,
        `Under cloud-hypervisor another process, passt, is its back-end. ${because}`,
        'Remove mergeableMem, use a tap, or set hypervisor = "qemu".',
      ),
    ]
  if (!memory.shared && devices.length > 0)
    return [
      rule(
        'sharedMem',
        `is false, but ${devices.join(', ')} ${devices.length === 1 ? 'needs' : 'need'} shared memory.`,
        'Their back-end is another process, which reads and writes the memory of the guest.',
        'Remove sharedMem = false; the default is right.',
      ),
    ]
  return []
}

const balloonFindings = ({ memory }: MachineBody, given: Machine): Finding[] => {
  const { balloon, size, hotplugSize } = memory
  return those(
    given.initialBalloonMem !== undefined &&
      balloon === undefined &&
      rule(
        'initialBalloonMem',
        'is set, but balloon is not.',
        'There is no balloon to take it.',
        'Add balloon = true, or remove initialBalloonMem.',
      ),
    balloon !== undefined &&
      balloon.size >= size + hotplugSize &&
      rule(
        'initialBalloonMem',
        `is ${show(balloon.size)}, all of the ${show(size + hotplugSize)} the machine has.`,
        'The balloon takes memory away from the guest, which needs some to boot.',
        'Write less than mem.',
      ),
  )
}
