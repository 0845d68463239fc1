import type { Duplex } from 'node:stream'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStandingListener } from '../notify/standing-listener.ts'
import { connectConsole } from '../host/connect-console.ts'
import { type Piece, sequenceParser } from '../terminal/control-sequences.ts'
import { keptOutput } from '../terminal/kept-output.ts'
import { consoleClients } from './console-clients.ts'

export type ConsoleRelay = {
  readonly tail: () => string
  /** Serves anew where somebody has removed the socket. */ readonly restore: () => Promise<void>
  readonly close: () => void
}

/** How much of the console is kept in memory, for error messages and for a client that has just attached, in bytes. */
const TAIL_BYTES = 8192
/** From so much on that the console has not taken, what is typed waits in the client's socket. */
const TYPED_BACKLOG_BYTES = 2 ** 16
/** While the guest reboots the VMM takes its console socket down for a moment. */
const RECONNECT_MS = 50

/**
 * Keeps the one connection a VMM allows on its console (a socket it listens on, or a pty), writes everything to `onOutput`, and serves any number of
 * clients on `clientSocket` (0600): all see the output, all may type. The console need not be there yet; where it is, is asked before each connection.
 */
export const openConsoleRelay = (
  vmmConsole: () => string | Promise<string | undefined>,
  clientSocket: string,
  onOutput: (chunk: Buffer) => void,
): ConsoleRelay => {
  let vmm: Duplex | undefined
  let closed = false
  const kept = keptOutput(TAIL_BYTES)
  const clients = consoleClients((slow) => {
    if (slow) vmm?.pause()
    else vmm?.resume()
  })

  const output = (chunk: Buffer, pieces: readonly Piece[]): void => {
    kept.push(pieces)
    onOutput(chunk)
    clients.write(pieces)
  }

  const type = (chunk: Buffer): void => {
    vmm?.write(chunk)
    if (vmm !== undefined && vmm.writableLength > TYPED_BACKLOG_BYTES) clients.setTaking(false)
  }

  const serve = async (stream: Duplex): Promise<void> => {
    vmm = stream
    // What the last one broke off in the middle does not go on in this one.
    const parser = sequenceParser()
    stream.on('data', (chunk: Buffer) => output(chunk, parser.push(chunk)))
    stream.on('connect', () => clients.setTaking(true))
    stream.on('drain', () => clients.setTaking(true))
    if (!(stream as Socket).connecting) clients.setTaking(true)
    await new Promise<void>((resolve) => {
      stream.on('error', () => resolve())
      stream.on('close', () => resolve())
    })
    // Until the next one is there, what is typed waits.
    clients.setTaking(false)
    stream.destroy()
  }

  const ask = async (): Promise<string | undefined> => vmmConsole()

  const keepConnected = async (): Promise<void> => {
    while (!closed) {
      const path = await ask().catch(() => undefined)
      if (path !== undefined && !closed) await serve(connectConsole(path))
      await sleep(RECONNECT_MS)
    }
  }
  void keepConnected()

  const makeServer = (): Server => {
    const server = createServer((client) => {
      client.write(kept.read())
      clients.add(client)
      client.on('data', (chunk: Buffer) => {
        clients.typed(client)
        type(chunk)
      })
    })
    server.on('error', () => undefined)
    return server
  }
  // The console is a convenience: that it cannot be served is no reason to stop a machine.
  const listening = openStandingListener(makeServer, clientSocket, {}).catch(() => undefined)

  return {
    tail: () => kept.read().toString('utf8'),
    restore: async () => (await listening)?.restore(),
    close: () => {
      closed = true
      vmm?.destroy()
      void listening.then((listener) => listener?.close())
      clients.close()
    },
  }
}
