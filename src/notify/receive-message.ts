import type { Socket } from 'node:net'
import { MESSAGE_MAX } from '../events/notify-message.ts'
import type { Slot } from './in-order.ts'

/** How the guest is released: see `BridgeOptions.answer`. */
export type Answer = 'on-data' | 'on-eof'

export type ReceiveOptions = {
  readonly answer: Answer
  /** Called with the first bytes: takes this message's place in the order. */
  readonly begin: () => Slot
  readonly onIgnored: (why: string) => void
}

/** Not one byte has come yet; the message has begun; the message was taken, and only the other side still has to close. */
export type Phase = 'silent' | 'receiving' | 'taken'

export type Receiving = {
  readonly phase: () => Phase
  /** Ends it now: what has come counts as the message. */
  readonly finish: () => void
}

/**
 * How long after the first byte the rest is waited for, in milliseconds. systemd sends a message in one piece; this is for
 * senders that do not, and for a guest's EOF that does not arrive although it should.
 */
const REST_MS = 20

/** No connection lives longer, in milliseconds, whatever comes or does not come on it. */
const LIFE_MS = 2_000

/**
 * Receives the one message of a connection. The answer (our EOF) goes out first, then the message is handed on, because
 * the guest's PID 1 stands still until it is answered. Not a byte is ever written.
 */
export const receiveMessage = (socket: Socket, { answer, begin, onIgnored }: ReceiveOptions): Receiving => {
  const chunks: Buffer[] = []
  let size = 0
  let slot: Slot | undefined
  let rest: NodeJS.Timeout | undefined
  let finished = false

  const finish = (): void => {
    if (finished) return
    finished = true
    clearTimeout(rest)
    slot?.settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  }

  const refuse = (why: string): void => {
    finished = true
    clearTimeout(rest)
    socket.destroy()
    slot?.settle(undefined)
    onIgnored(why)
  }

  const life = afterReading(LIFE_MS, () => {
    if (socket.destroyed) return
    if (size === 0) refuse(`a connection that said nothing for ${LIFE_MS / 1000} s`)
    socket.destroy()
  })

  socket.on('data', (chunk: Buffer) => {
    // Talking on after the message was taken: nothing of it can be part of one.
    if (finished) return void socket.destroy()
    size += chunk.length
    if (size > MESSAGE_MAX) return refuse(`a message of more than ${MESSAGE_MAX} bytes`)
    chunks.push(chunk)
    if (slot !== undefined) return
    slot = begin()
    if (answer === 'on-data') socket.end()
    rest = afterReading(REST_MS, () => {
      if (answer === 'on-data') socket.destroy()
      else socket.end()
      finish()
    })
  })
  socket.on('end', () => {
    socket.end()
    if (size > 0) finish()
  })
  socket.on('close', () => {
    clearTimeout(life)
    if (size > 0) finish()
  })
  // A connection that breaks is over: `close` follows, and what has come by then counts.
  socket.on('error', () => undefined)

  return {
    phase: () => (finished ? 'taken' : size === 0 ? 'silent' : 'receiving'),
    finish: () => {
      socket.destroy()
      if (size > 0) finish()
    },
  }
}

/** A timer that, on a host so busy that it is late, lets the event loop read what lies there before it acts. */
const afterReading = (ms: number, act: () => void): NodeJS.Timeout => setTimeout(() => setImmediate(act), ms)
