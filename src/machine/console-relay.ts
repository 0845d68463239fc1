import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectConsole } from '../host/connect-console.ts'
import type { Duplex } from 'node:stream'

export type ConsoleRelay = { readonly tail: () => string; readonly close: () => void }

/** How much of the console is kept in memory, for error messages and for a client that has just attached. */
const TAIL_BYTES = 8192
/** A client that does not read is dropped at this backlog. */
const CLIENT_BACKLOG_BYTES = 2 ** 20
/** While the guest reboots the VMM takes its console socket down for a moment. */
const RECONNECT_MS = 50

/**
 * Keeps the one connection a VMM allows on its console (a socket it listens on, or a pty), writes everything to `onOutput`, and serves any number of
 * clients on `clientSocket` (0600 by the process' umask): all see the output, all may type.
 */
export const openConsoleRelay = (
  vmmConsole: string,
  clientSocket: string,
  onOutput: (chunk: Buffer) => void,
): ConsoleRelay => {
  const clients = new Set<Socket>()
  let vmm: Duplex | undefined
  let closed = false
  let kept = Buffer.alloc(0)

  const output = (chunk: Buffer): void => {
    kept = Buffer.concat([kept, chunk]).subarray(-TAIL_BYTES)
    onOutput(chunk)
    for (const client of clients)
      if (client.writableLength > CLIENT_BACKLOG_BYTES) client.destroy()
      else client.write(chunk)
  }

  const keepConnected = async (): Promise<void> => {
    while (!closed) {
      vmm = connectConsole(vmmConsole)
      vmm.on('data', output)
      await new Promise<void>((resolve) => {
        vmm?.on('error', () => resolve())
        vmm?.on('close', () => resolve())
      })
      vmm.destroy()
      await sleep(RECONNECT_MS)
    }
  }
  void keepConnected()

  rmSync(clientSocket, { force: true })
  const server = createServer((client) => {
    clients.add(client)
    client.write(kept)
    client.on('data', (chunk) => vmm?.write(chunk))
    client.on('error', () => client.destroy())
    client.on('close', () => clients.delete(client))
  })
  // The console is a convenience: that it cannot be served is no reason to stop a machine.
  server.on('error', () => undefined)
  server.listen(clientSocket)

  return {
    tail: () => kept.toString('utf8'),
    close: () => {
      closed = true
      vmm?.destroy()
      server.close()
      for (const client of clients) client.destroy()
    },
  }
}
