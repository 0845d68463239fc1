import { watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { Recorded } from '../events/event.ts'
import { decodeLine } from '../events/jsonl.ts'

export type FollowOptions = {
  /** Byte offset to start at. Default: 0. */
  readonly from?: number
  readonly signal: AbortSignal
}

/** Without an inotify event (network file systems, exhausted watches) the file is looked at this often. */
const FALLBACK_MS = 250

/**
 * The events of a machine as they are written. A new run replaces the file (new inode): the reader then starts at its beginning.
 * Waits for the file when it is not there yet. Ends when the signal aborts.
 */
export async function* followEvents(
  path: string,
  { from = 0, signal }: FollowOptions,
): AsyncGenerator<Recorded> {
  let offset = from
  let inode: number | undefined
  let rest = ''
  while (!signal.aborted) {
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined) {
      if (inode !== undefined && (found.ino !== inode || found.size < offset)) {
        offset = 0
        rest = ''
      }
      inode = found.ino
      const text = await readFrom(path, offset, found.size)
      offset += Buffer.byteLength(text)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const event = decodeLine(line)
        if (event !== undefined) yield event
      }
      if (text !== '') continue
    }
    await changed(path, signal)
  }
}

const readFrom = async (path: string, offset: number, size: number): Promise<string> => {
  if (size <= offset) return ''
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const buffer = Buffer.alloc(size - offset)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
    // A torn multi-byte character would be counted wrongly; whole lines never end in one.
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    return buffer.toString('utf8', 0, end)
  } finally {
    await file.close()
  }
}

const changed = (path: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      watcher?.close()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, FALLBACK_MS)
    let watcher: ReturnType<typeof watch> | undefined
    try {
      watcher = watch(path, done)
      watcher.on('error', done)
    } catch {
      // Not there yet: the timer looks again.
    }
    signal.addEventListener('abort', done)
  })
