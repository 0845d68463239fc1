import type { Socket } from 'node:net'
import type { ChangedModes } from '../../terminal/changed-modes.ts'
import type { EscapeKey } from './escape-key.ts'

export type PassThrough = {
  readonly socket: Socket
  readonly stdin: NodeJS.ReadStream
  /** Leaves the console; undefined for none, as with a file or pipe. */
  readonly escape: EscapeKey | undefined
  readonly modes: ChangedModes
  readonly write: (chunk: Buffer) => void
  /** What is typed is held back until then. */
  readonly ready: Promise<void> | undefined
  readonly stopped: AbortSignal
}

/** Why it came to an end: by the escape key, with the console, by a signal, or because there is no more to type. */
export type Why = 'detached' | 'ended' | 'signal' | 'typed'

/** After the end of what is to be typed, the console has to be silent for so long, in milliseconds, before the guest is taken to have answered. */
const SILENCE_MS = 3_000

/** Console to screen and keys to console, until one of them ends. Afterwards keys are still taken from the terminal, and go nowhere. */
export const passThrough = ({
  socket,
  stdin,
  escape,
  modes,
  write,
  ready,
  stopped,
}: PassThrough): Promise<Why> =>
  new Promise((resolve) => {
    let over = false
    let silence: NodeJS.Timeout | undefined
    const end = (why: Why): void => {
      over = true
      clearTimeout(silence)
      resolve(why)
    }
    const waitForSilence = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => (socket.writableLength > 0 ? waitForSilence() : end('typed')), SILENCE_MS)
    }

    socket.on('data', (chunk: Buffer) => {
      if (over) return
      modes.push(chunk)
      write(chunk)
      if (silence !== undefined) waitForSilence()
    })
    socket.on('drain', () => stdin.resume())
    socket.on('close', () => end('ended'))
    socket.on('error', () => end('ended'))
    stopped.addEventListener('abort', () => end('signal'))
    if (stopped.aborted) end('signal')

    const type = (keys: Buffer): void => {
      modes.answered()
      if (over) return
      const at = escape?.indexIn(keys) ?? -1
      const taken = socket.write(at === -1 ? keys : keys.subarray(0, at))
      // At a terminal the escape key must be heard, whether or not the guest takes anything.
      if (!taken && !stdin.isTTY) stdin.pause()
      if (at !== -1) end('detached')
    }
    // A terminal that is gone has no more keys: that is no reason to wait for an answer.
    const noMore = (): void => (stdin.isTTY ? end('detached') : waitForSilence())
    const listen = (): void => {
      if (over) return
      stdin.on('data', type)
      stdin.on('end', noMore)
      stdin.on('error', noMore)
    }
    if (ready === undefined) listen()
    else void ready.then(listen)
  })
