import { watch } from 'node:fs'
import type { Recorded } from '../events/event.ts'
import { decodeLine } from '../events/jsonl.ts'
import { openPlainFile } from '../host/plain-file.ts'

export type FollowOptions = {
  /** Byte offset to start at. Default: 0. */
  readonly from?: number
  readonly signal: AbortSignal
}

/** Without an inotify event (network file systems, exhausted watches) the file is looked at this often. */
const FALLBACK_MS = 250
/** Read at once. A line that is longer is none of ours. */
const PIECE = 2 ** 20

/**
 * The events of a machine as they are written. A new run replaces the file (new inode): the reader then starts at its beginning.
 * Waits for the file when it is not there yet, or is no plain file. Ends when the signal aborts.
 */
export async function* followEvents(
  path: string,
  { from = 0, signal }: FollowOptions,
): AsyncGenerator<Recorded> {
  let place: Place = { inode: undefined, offset: from }
  while (!signal.aborted) {
    const piece = await readPiece(path, place)
    const went = piece !== undefined && piece.place.offset !== place.offset
    if (piece !== undefined) place = piece.place
    for (const line of piece?.text.split('\n') ?? []) {
      const event = decodeLine(line)
      if (event !== undefined) yield event
    }
    if (!went) await changed(path, signal)
  }
}

type Place = { readonly inode: number | undefined; readonly offset: number }

/** Whole lines from a place on, and the place behind them. */
const readPiece = async (
  path: string,
  { inode, offset }: Place,
): Promise<{ readonly text: string; readonly place: Place } | undefined> => {
  const file = await openPlainFile(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { ino, size } = await file.stat()
    const start = inode !== undefined && (ino !== inode || size < offset) ? 0 : offset
    const buffer = Buffer.alloc(Math.max(0, Math.min(PIECE, size - start)))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    const behind = start + (end === 0 && bytesRead === PIECE ? PIECE : end)
    return { text: buffer.toString('utf8', 0, end), place: { inode: ino, offset: behind } }
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
