#!/usr/bin/env node
/**
 * What a hostile process of the guest does to the notify socket:
 *
 *     node test/fakes/flood.ts SOCKET KIND COUNT
 *
 * Opens COUNT connections as fast as it can, and keeps each, unless it closes it by itself, for as long as the host lets it.
 */
import { connect, type Socket } from 'node:net'

const BIG = Buffer.alloc(2 ** 20, 'x')

/** What is done on one connection. */
const KINDS: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => undefined,
  byte: (socket) => void socket.write('x'),
  drip: (socket) => {
    const timer = setInterval(() => socket.write('x'), 5)
    socket.once('close', () => clearInterval(timer))
  },
  half: (socket) => void socket.end(),
  'byte-half': (socket) => void socket.end('x'),
  big: (socket) => void socket.write(BIG),
  storm: (socket) => void socket.destroy(),
}

const [path = '', kind = 'silent', count = '10000'] = process.argv.slice(2)
const acts = kind === 'mixed' ? Object.values(KINDS) : [KINDS[kind]]
let left = Number(count)
let open = 0

/** So many are being held by the flood at one time; several times what the host keeps. */
const AT_ONCE = 1_000

const next = (): void => {
  while (left > 0 && open < AT_ONCE) {
    left -= 1
    open += 1
    // The flood never closes because the host did.
    const socket = connect({ path, allowHalfOpen: true }, () => acts[left % acts.length]?.(socket))
    socket.on('error', () => undefined)
    socket.resume()
    socket.once('close', () => {
      open -= 1
      next()
    })
  }
}
next()
