import type { Plan } from '../../../plan/plan.ts'
import { keyval } from '../keyval.ts'

/** Guest memory. memfd whenever other processes map it, as every vhost-user device does. */
export const memoryArgs = ({ spec, memory }: Plan): string[] => {
  const { size, hotplugSize, hotpluggedSize } = spec.memory
  const hotplug = hotplugSize > 0
  return [
    '-m',
    keyval(undefined, {
      size: bytes(size),
      // virtio-mem needs address space beyond the memory at boot, but no DIMM slot.
      ...(hotplug ? { maxmem: bytes(size + hotplugSize) } : {}),
    }),
    '-object',
    backend(spec.memory, memory.shared, 'mem', size, spec.memory.prefault),
    ...(hotplug
      ? [
          '-object',
          backend(spec.memory, memory.shared, 'hotplug', hotplugSize, false),
          '-device',
          keyval('virtio-mem-pci', {
            id: 'hotplug-mem',
            memdev: 'hotplug',
            'requested-size': bytes(hotpluggedSize),
          }),
        ]
      : []),
  ]
}

const backend = (
  { hugepages, hugepageSize, mergeable }: Plan['spec']['memory'],
  shared: boolean,
  id: string,
  size: number,
  prefault: boolean,
): string => {
  const common = { id, size: bytes(size), merge: mergeable, prealloc: prefault }
  if (!shared && !hugepages) return keyval('memory-backend-ram', common)
  return keyval('memory-backend-memfd', {
    ...common,
    share: shared,
    ...(hugepages
      ? { hugetlb: true, ...(hugepageSize === undefined ? {} : { hugetlbsize: bytes(hugepageSize) }) }
      : {}),
  })
}

/** Whole MiB with their unit, for people who read the command line. */
const bytes = (size: number): string => (size % 2 ** 20 === 0 ? `${size / 2 ** 20}M` : `${size}B`)
