import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** A stream of text to a place that may be closed, full, slow or blocked. */
export type LossyWriter = { readonly write: (text: string | Uint8Array) => void; readonly isTTY: boolean }

/** What waits for a reader; the newest beyond that is lost. */
const WAITING_BYTES = 2 ** 20
const AGAIN_MS = 200

/**
 * Writes to stdout or stderr without ever throwing, blocking or keeping the process alive: a supervisor's machine must not depend on who reads
 * what it prints. A terminal that was stopped (Ctrl-S) would block a plain write(2), so it is opened once more, not blocking. Pipes
 * and sockets are written to by Node without blocking; what they do not take is bounded.
 */
export const openLossyWriter = (stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): LossyWriter => {
  const { fd } = stream
  const isTTY = isatty(fd)
  stream.on('error', () => undefined)
  const kind = kindOf(fd)
  if (kind === 'stream')
    return {
      isTTY,
      write: (text) => {
        if (!stream.destroyed && stream.writableLength < WAITING_BYTES) stream.write(text)
      },
    }
  return { isTTY, write: appender(kind === 'terminal' ? openAgain(fd) : fd) }
}

const kindOf = (fd: number): 'stream' | 'terminal' | 'file' => {
  try {
    const found = fstatSync(fd)
    return found.isFIFO() || found.isSocket() ? 'stream' : found.isCharacterDevice() ? 'terminal' : 'file'
  } catch {
    return 'file'
  }
}

const openAgain = (fd: number): number => {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return fd
  }
}

const appender = (fd: number): LossyWriter['write'] => {
  let waiting = Buffer.alloc(0)
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    timer = undefined
    try {
      while (waiting.length > 0) waiting = waiting.subarray(writeSync(fd, waiting))
    } catch (error) {
      // Full, closed or broken: it is lost. A terminal that is stopped may go on.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') timer = setTimeout(flush, AGAIN_MS).unref()
      else waiting = Buffer.alloc(0)
    }
  }
  return (text) => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    if (waiting.length + bytes.length <= WAITING_BYTES) waiting = Buffer.concat([waiting, bytes])
    if (timer === undefined) flush()
  }
}
