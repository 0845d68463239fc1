import { closeSync, openSync, readFileSync } from 'node:fs'
import type { InheritedFd, Invocation } from '../invocation/invocation.ts'
import { fileError } from './file-error.ts'

export type Descriptors = {
  /** What execa's `stdio` gets from index 3 on. Its types know numbers for the first three only; it takes them anywhere. */
  readonly stdio: 'pipe'[]
  readonly close: () => void
}

/**
 * Opens what a process is to inherit. Our own copies are to be closed once it runs.
 * @param locks held by it, too: the first where the invocation says `lock`, the others behind everything else.
 * @throws MicrovmError as `fileError`.
 */
export const openDescriptors = ({ fds, name }: Invocation, locks: readonly number[] = []): Descriptors => {
  const opened: number[] = []
  const close = (): void => {
    for (const fd of opened) closeSync(fd)
  }
  const open = (entry: Opened): number => {
    try {
      const fd = openSync(entry.kind === 'macvtap' ? macvtapDevice(entry.interface) : entry.path, 'r+')
      opened.push(fd)
      return fd
    } catch (error) {
      close()
      const what = entry.kind === 'macvtap' ? `The macvtap "${entry.interface}"` : entry.path
      throw fileError(error, `${what} could not be opened for ${name}.`, 'Free some space.')
    }
  }
  const stdio: ('ignore' | 'pipe' | number)[] = []
  for (const entry of fds) {
    while (stdio.length < entry.fd - 3) stdio.push('ignore')
    stdio[entry.fd - 3] =
      entry.kind === 'events' ? 'pipe' : entry.kind === 'lock' ? (locks[0] ?? 'ignore') : open(entry)
  }
  stdio.push(...locks.slice(1))
  return { stdio: stdio as 'pipe'[], close }
}

type Opened = Exclude<InheritedFd, { readonly kind: 'events' | 'lock' }>

const macvtapDevice = (name: string): string =>
  `/dev/tap${readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1').trim()}`
