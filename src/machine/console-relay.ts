import type { Duplex } from 'node:stream'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectConsole } from '../host/connect-console.ts'

export type ConsoleRelay = { readonly tail: () => string; readonly close: () => void }

/** How much of the console is kept in memory, for error messages and for a client that has just attached. */
const TAIL_BYTES = 8192
/** A client that does not read is dropped at this backlog. */
const CLIENT_BACKLOG_BYTES = 2 ** 20
/** What is typed while the console takes nothing: more of it is dropped. */
const TYPED_BACKLOG_BYTES = 2 ** 16
/** While the guest reboots the VMM takes its console socket down for a moment. */
const RECONNECT_MS = 50

/**
 * Keeps the one connection a VMM allows on its console (a socket it listens on, or a pty), writes everything to `onOutput`, and serves any number of
 * clients on `clientSocket` (0600): all see the output, all may type. The console need not be there yet.
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
      const stream = connectConsole(vmmConsole)
      vmm = stream
      stream.on('data', output)
      await new Promise<void>((resolve) => {
        stream.on('error', () => resolve())
        stream.on('close', () => resolve())
      })
      stream.destroy()
      await sleep(RECONNECT_MS)
    }
  }
  void keepConnected()

  const server = createServer((client) => {
    clients.add(client)
    client.write(kept)
    client.on('data', (chunk) => {
      if (vmm?.writable === true && vmm.writableLength < TYPED_BACKLOG_BYTES) vmm.write(chunk)
    })
    client.on('error', () => client.destroy())
    client.on('close', () => clients.delete(client))
  })
  // The console is a convenience: that it cannot be served is no reason to stop a machine.
  server.on('error', () => undefined)
  rmSync(clientSocket, { force: true })
  // bind(2) happens within listen(), and makes the file with the umask of that moment.
  const umask = process.umask(0o177)
  server.listen(clientSocket, () => {
    try {
      chmodSync(clientSocket, 0o600)
    } catch {
      // It was closed, and removed, meanwhile.
    }
  })
  process.umask(umask)

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
