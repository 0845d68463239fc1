import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../errors/problem.ts'
import { sizeText } from '../plan/size-text.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'

export type HugePageRoots = { readonly pools: string; readonly meminfo: string }

/**
 * Enough free huge pages (hugetlbpage.rst of the kernel) for all the guest has at boot. cloud-hypervisor does not reserve them (seen with 53):
 * where they run out it dies of SIGBUS as soon as the guest touches the first one too many.
 */
export const checkHugePages = (
  { memory }: MachineSpec,
  at: readonly (string | number)[],
  { pools, meminfo }: HugePageRoots = { pools: '/sys/kernel/mm/hugepages', meminfo: '/proc/meminfo' },
): Problem[] => {
  if (!memory.hugepages) return []
  const kiB = memory.hugepageSize === undefined ? defaultKiB(meminfo) : memory.hugepageSize / 1024
  const pool = join(pools, `hugepages-${kiB}kB`)
  const wanted = Math.ceil((memory.size + memory.hotpluggedSize) / (kiB * 1024))
  const free = number(pool, 'free_hugepages') - number(pool, 'resv_hugepages')
  if (free >= wanted) return []
  const size = sizeText(kiB * 1024)
  return [
    {
      code: 'HOST_MEMORY',
      at: [...at, 'hugepageMem'],
      message: `The machine needs ${wanted} huge pages of ${size}, and ${Math.max(0, free)} are free.`,
      because: 'A hypervisor that runs out of them is killed while the guest runs.',
      fix: `As root: echo ${number(pool, 'nr_hugepages') + wanted - free} > ${join(pool, 'nr_hugepages')}; at boot there is more to be had (sysctl vm.nr_hugepages). Or leave hugepageMem out.`,
    },
  ]
}

const defaultKiB = (meminfo: string): number =>
  Number(/^Hugepagesize: *(\d+) kB$/m.exec(readFileSync(meminfo, 'latin1'))?.[1] ?? 2048)

/** 0 where the host has no pool of that size. */
const number = (pool: string, name: string): number => {
  try {
    return Number(readFileSync(join(pool, name), 'latin1'))
  } catch {
    return 0
  }
}
