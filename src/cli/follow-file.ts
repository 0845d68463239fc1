import { watch } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { openPlainFile } from '../host/plain-file.ts'

/** Without an inotify event (network file systems, exhausted watches) the file is looked at this often. */
const FALLBACK_MS = 500
const CHUNK = 65_536
/** Logs turn over long before, and a file that is all hole has any size. */
const MOST = 2 ** 26

/**
 * The last `lines` lines of a file, as they are; everything when undefined, but no more than 64 MiB. Reads from the end, so a large log costs little.
 * @throws as `openPlainFile`.
 */
export const tailOf = async (
  path: string,
  lines: number | undefined,
): Promise<{ text: Buffer; end: number }> => {
  const file = await openPlainFile(path)
  if (file === undefined) return { text: Buffer.alloc(0), end: 0 }
  try {
    const end = (await file.stat()).size
    const parts: Buffer[] = []
    let start = end
    let newlines = 0
    while (start > 0 && end - start < MOST && (lines === undefined || newlines <= lines)) {
      const size = Math.min(CHUNK, start)
      const part = Buffer.alloc(size)
      const { bytesRead } = await file.read(part, 0, size, start - size)
      parts.unshift(part.subarray(0, bytesRead))
      newlines += newlinesIn(part)
      start -= size
    }
    const text = Buffer.concat(parts)
    return { text: lines === undefined ? text : lastLines(text, lines), end }
  } finally {
    await file.close()
  }
}

/**
 * What is appended to a file after `from`. Starts at the beginning of a file that replaces it (rotation, a new run) or
 * appears later. Ends when the signal aborts.
 * @throws as `openPlainFile`.
 */
export async function* followFile(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  let file = await openPlainFile(path)
  let offset = from
  try {
    while (!signal.aborted) {
      const chunk = file === undefined ? undefined : await readChunk(file, offset)
      if (chunk !== undefined) {
        offset += chunk.length
        yield chunk
        continue
      }
      const next = await openPlainFile(path)
      if (next !== undefined && (file === undefined || (await isOther(file, next, offset)))) {
        await file?.close()
        file = next
        offset = 0
        continue
      }
      await next?.close()
      await changed(path, signal)
    }
  } finally {
    await file?.close()
  }
}

const readChunk = async (file: FileHandle, offset: number): Promise<Buffer | undefined> => {
  const buffer = Buffer.alloc(CHUNK)
  const { bytesRead } = await file.read(buffer, 0, CHUNK, offset)
  return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead)
}

const isOther = async (old: FileHandle, next: FileHandle, offset: number): Promise<boolean> => {
  const [before, now] = await Promise.all([old.stat(), next.stat()])
  return before.ino !== now.ino || now.size < offset
}

const changed = (path: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let watcher: ReturnType<typeof watch> | undefined
    const done = (): void => {
      clearTimeout(timer)
      watcher?.close()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, FALLBACK_MS)
    signal.addEventListener('abort', done)
    try {
      watcher = watch(path, done)
      watcher.on('error', done)
    } catch {
      // Not there yet: the timer looks again.
    }
  })

const newlinesIn = (text: Buffer): number => {
  let count = 0
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) count++
  return count
}

const lastLines = (text: Buffer, lines: number): Buffer => {
  if (lines <= 0) return Buffer.alloc(0)
  // The newline that ends the last line does not begin another one.
  let at = text.length - (text.at(-1) === 10 ? 1 : 0)
  for (let count = 0; count < lines && at >= 0; count++) at = at === 0 ? -1 : text.lastIndexOf(10, at - 1)
  return text.subarray(at + 1)
}
