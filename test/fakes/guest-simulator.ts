#!/usr/bin/env node
/**
 * Plays a guest on the host's notify socket: what systemd does, and what broken and hostile guests do.
 *
 *     node test/fakes/guest-simulator.ts SOCKET STORY
 *
 * prints one line per answer, and ends with 1 when an answer did not come.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export type Answer = {
  /** From connect(2) to the EOF. */
  readonly ms: number
  /** Bytes the host wrote; there must never be any. */
  readonly bytes: number
  readonly error: string | undefined
}

const open = async (path: string): Promise<Socket> => {
  const socket = connect({ path, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Waits for the host's EOF, as recv(2) in sd_notify does; a reset is an answer too. */
const awaitEnd = (socket: Socket, since: number): Promise<Answer> =>
  new Promise((resolve) => {
    let bytes = 0
    let error: string | undefined
    const done = (): void => {
      resolve({ ms: performance.now() - since, bytes, error })
      socket.destroy()
    }
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
    socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code))
    socket.once('end', done)
    socket.once('close', done)
  })

/** sd_notify of systemd 256 and newer: connect, send once, SHUT_WR, block until EOF. */
export const notify = async (path: string, message: string | Uint8Array): Promise<Answer> => {
  const since = performance.now()
  const socket = await open(path)
  const answered = awaitEnd(socket, since)
  socket.end(message)
  return await answered
}

/** sd_notify of systemd 254 and 255: does not wait. */
export const notifyAndGo = async (path: string, message: string | Uint8Array): Promise<void> => {
  const socket = await open(path)
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise<void>((resolve) => socket.write(message, () => resolve()))
  socket.destroy()
}

/** Sends pieces with a pause between them, by default only a turn of the event loop, and then SHUT_WR. */
export const notifyInPieces = async (
  path: string,
  pieces: readonly (string | Uint8Array)[],
  pauseMs = 0,
): Promise<Answer> => {
  const since = performance.now()
  const socket = await open(path)
  for (const [index, piece] of pieces.entries()) {
    if (index > 0)
      await new Promise<void>((resolve) =>
        pauseMs === 0 ? setImmediate(resolve) : setTimeout(resolve, pauseMs),
      )
    socket.write(piece)
  }
  const answered = awaitEnd(socket, since)
  socket.end()
  return await answered
}

/** Connects and says nothing; the socket stays open until it is ended by the host or destroyed by the caller. */
export const saySomethingNever = async (
  path: string,
): Promise<{ socket: Socket; answered: Promise<Answer> }> => {
  const since = performance.now()
  const socket = await open(path)
  return { socket, answered: awaitEnd(socket, since) }
}

/** Sends and never closes its side, whatever the host does. */
export const notifyAndHold = async (path: string, message: string): Promise<Socket> => {
  const socket = await open(path)
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(message)
  return socket
}

/**
 * A VMM between guest and host. `swallow`: the guest's half-close goes nowhere, and the host's EOF closes both ways, as in cloud-hypervisor up to
 * 52 and vhost-device-vsock. `pass`: half-closes go through, as in cloud-hypervisor 53.
 */
export const openVsock = async (
  guestPath: string,
  hostPath: string,
  halfClose: 'swallow' | 'pass',
): Promise<Server> => {
  const server = createServer({ allowHalfOpen: true }, (guest) => {
    const host = connect({ path: hostPath, allowHalfOpen: true })
    guest.on('data', (chunk: Buffer) => host.write(chunk))
    host.on('data', (chunk: Buffer) => guest.write(chunk))
    guest.on('end', () => void (halfClose === 'pass' && host.end()))
    host.on('end', () => {
      guest.end()
      if (halfClose === 'swallow') host.destroy()
    })
    guest.on('close', () => host.destroy())
    host.on('close', () => guest.destroySoon())
    guest.on('error', () => host.destroy())
    host.on('error', () => guest.destroy())
  })
  server.listen({ path: guestPath, backlog: 1024 })
  await once(server, 'listening')
  return server
}

const target = (...names: string[]): string[] => names.map((name) => `X_SYSTEMD_UNIT_ACTIVE=${name}.target`)
const inactive = (...names: string[]): string[] =>
  names.map((name) => `X_SYSTEMD_UNIT_INACTIVE=${name}.target`)
const hello = [
  'X_SYSTEMD_HOSTNAME=sim',
  `X_SYSTEMD_MACHINE_ID=${'5'.repeat(32)}`,
  'X_SYSTEMD_SIGNALS_LEVEL=2',
]
const boot = [
  ...hello,
  ...target('paths', 'slices', 'swap', 'local-fs', 'sysinit', 'basic', 'multi-user'),
  'READY=1\nSTATUS=Ready.',
  ...target('graphical'),
]
const down = (how: string): string[] => [
  ...inactive('graphical', 'multi-user', 'basic'),
  ...target('shutdown', 'umount', 'final', how),
  `EXIT_STATUS=0\nX_SYSTEMD_SHUTDOWN=${how}`,
]

/** What PID 1 says, message by message. */
export const STORIES: Readonly<Record<string, readonly string[]>> = {
  boot,
  'boot-old': ['STATUS=(1 of 3) Job a.service/start running (3s / no limit)...', 'READY=1\nSTATUS=Ready.'],
  emergency: [...hello, ...target('paths', 'emergency'), 'READY=1\nSTATUS=Ready.'],
  'initrd-emergency': ['X_SYSTEMD_SIGNALS_LEVEL=2', 'READY=1\nSTATUS=Ready.'],
  reboot: [...boot, ...down('reboot'), ...boot],
  poweroff: [...boot, ...down('poweroff')],
  hostile: [
    'MAINPID=1',
    'FDSTORE=1\nFDNAME=x',
    'STOPPING=1',
    'WATCHDOG=trigger',
    'RELOADING=1\nMONOTONIC_USEC=1',
    'STATUS=\u001B]0;owned\u0007\u001B[2J\u202Eevil',
  ],
}

if (import.meta.main) {
  const [path = '', story = 'boot'] = process.argv.slice(2)
  const messages = STORIES[story]
  if (messages === undefined)
    throw new Error(`no story ${story}; there are ${Object.keys(STORIES).join(', ')}`)
  for (const message of messages) {
    const { ms, bytes, error } = await notify(path, message)
    console.log(`${ms.toFixed(2)} ms  ${JSON.stringify(message)}${error === undefined ? '' : `  ${error}`}`)
    if (bytes > 0) process.exitCode = 1
  }
}
