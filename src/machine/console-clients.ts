import type { Socket } from 'node:net'
import type { Piece } from '../terminal/control-sequences.ts'
import { isQuery } from '../terminal/is-query.ts'

/** From this backlog of a client on, the console waits for it, as a terminal would: a guest can write faster than any client reads. */
const HIGH_BYTES = 2 ** 18
/** But only so long, in milliseconds: a client that does not read at all must not hold up the guest. */
const WAIT_MS = 100
/** And it is dropped at this backlog. */
const BACKLOG_BYTES = 2 ** 22

export type ConsoleClients = {
  readonly add: (socket: Socket) => void
  /** Writes to all; `onSlow` is told when one falls behind, and when none does any longer. */
  readonly write: (pieces: readonly Piece[]) => void
  /** This one was typed on. */
  readonly typed: (socket: Socket) => void
  /** All take in what is typed, or wait with it. */
  readonly setTaking: (taking: boolean) => void
  readonly close: () => void
}

/**
 * Those who are attached to a console. A guest's questions to its terminal (where is the cursor? what are you?) go to one of them only, the one that
 * was typed on last: each answer that came twice would be keys to the guest.
 */
export const consoleClients = (onSlow: (slow: boolean) => void): ConsoleClients => {
  /** The last one answers. */
  const clients = new Set<Socket>()
  const slow = new Set<Socket>()
  let isTaking = false

  const waitFor = (socket: Socket): void => {
    if (slow.has(socket)) return
    slow.add(socket)
    onSlow(true)
    const goOn = (): void => {
      clearTimeout(timer)
      socket.off('drain', goOn)
      socket.off('close', goOn)
      slow.delete(socket)
      if (slow.size === 0) onSlow(false)
    }
    const timer = setTimeout(goOn, WAIT_MS)
    socket.on('drain', goOn)
    socket.on('close', goOn)
  }

  const put = (socket: Socket, chunk: Buffer): void => {
    if (socket.writableLength > BACKLOG_BYTES) socket.destroy()
    else if (chunk.length > 0 && !socket.write(chunk) && socket.writableLength > HIGH_BYTES) waitFor(socket)
  }

  return {
    add: (socket) => {
      clients.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => clients.delete(socket))
      if (!isTaking) socket.pause()
    },
    write: (pieces) => {
      if (clients.size === 0) return
      const all = bytesOf(pieces)
      const rest = clients.size > 1 ? bytesOf(pieces.filter((piece) => !isQuery(piece))) : all
      const answering = [...clients].at(-1)
      for (const socket of clients) put(socket, socket === answering ? all : rest)
    },
    typed: (socket) => {
      // To the end of the order, where the one stands that answers.
      if (clients.delete(socket)) clients.add(socket)
    },
    setTaking: (taking) => {
      isTaking = taking
      for (const socket of clients)
        if (taking) socket.resume()
        else socket.pause()
    },
    close: () => {
      for (const socket of clients) socket.destroy()
    },
  }
}

const bytesOf = (pieces: readonly Piece[]): Buffer =>
  Buffer.from(pieces.map(({ raw }) => raw).join(''), 'latin1')
