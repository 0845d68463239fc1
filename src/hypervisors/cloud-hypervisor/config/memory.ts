import type { MemorySpec } from '../../../spec/machine-spec.ts'

/** MemoryConfig. Hotplug is always virtio-mem: it gives memory back in small blocks, ACPI only in whole DIMMs. */
export const memory = (spec: MemorySpec, shared: boolean) => ({
  size: spec.size,
  shared,
  mergeable: spec.mergeable,
  hugepages: spec.hugepages,
  ...(spec.hugepageSize === undefined ? {} : { hugepage_size: spec.hugepageSize }),
  prefault: spec.prefault,
  thp: spec.thp,
  ...(spec.hotplugSize === 0
    ? {}
    : {
        hotplug_method: 'VirtioMem',
        hotplug_size: spec.hotplugSize,
        ...(spec.hotpluggedSize === 0 ? {} : { hotplugged_size: spec.hotpluggedSize }),
      }),
})

/** BalloonConfig. */
export const balloon = (spec: NonNullable<MemorySpec['balloon']>, withId: boolean) => ({
  ...(withId ? { id: 'balloon' } : {}),
  size: spec.size,
  deflate_on_oom: spec.deflateOnOom,
  free_page_reporting: spec.freePageReporting,
})
