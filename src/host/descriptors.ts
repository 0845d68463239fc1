import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Invocation } from '../invocation/invocation.ts'

export type Descriptors = {
  /** What execa's `stdio` gets from index 3 on. Its types know numbers for the first three only; it takes them anywhere. */
  readonly stdio: 'pipe'[]
  readonly close: () => void
}

/** Opens what a process is to inherit. Our own copies are to be closed once it runs. @throws Error of node:fs. */
export const openDescriptors = ({ fds }: Invocation, lockFd: number | undefined): Descriptors => {
  const opened: number[] = []
  const open = (path: string): number => {
    const fd = openSync(path, 'r+')
    opened.push(fd)
    return fd
  }
  const stdio: ('ignore' | 'pipe' | number)[] = []
  for (const entry of fds) {
    while (stdio.length < entry.fd - 3) stdio.push('ignore')
    stdio[entry.fd - 3] =
      entry.kind === 'events'
        ? 'pipe'
        : entry.kind === 'lock'
          ? (lockFd ?? 'ignore')
          : open(entry.kind === 'macvtap' ? macvtapDevice(entry.interface) : entry.path)
  }
  return {
    stdio: stdio as 'pipe'[],
    close: () => {
      for (const fd of opened) closeSync(fd)
    },
  }
}

const macvtapDevice = (name: string): string =>
  `/dev/tap${readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1').trim()}`
