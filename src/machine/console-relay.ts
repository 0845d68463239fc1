import type { Duplex } from 'node:stream'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectConsole } from '../host/connect-console.ts'

export type ConsoleRelay = { readonly tail: () => string; readonly close: () => void }

/** How much of the console is kept in memory, for error messages and for a client that has just attached. */
const TAIL_BYTES = 8192
/** From this backlog of a client on, the console waits for it, as a terminal would: a guest can write faster than any client reads. */
const CLIENT_HIGH_BYTES = 2 ** 18
/** But only so long, in milliseconds: a client that does not read at all must not hold up the guest. */
const CLIENT_WAIT_MS = 100
/** And it is dropped at this backlog. */
const CLIENT_BACKLOG_BYTES = 2 ** 22
/** What is typed while the console takes nothing: more of it is dropped. */
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
  const clients = new Set<Socket>()
  const slow = new Set<Socket>()
  let vmm: Duplex | undefined
  let closed = false
  let kept = Buffer.alloc(0)

  const output = (chunk: Buffer): void => {
    kept = Buffer.concat([kept, chunk]).subarray(-TAIL_BYTES)
    onOutput(chunk)
    for (const client of clients)
      if (client.writableLength > CLIENT_BACKLOG_BYTES) client.destroy()
      else if (!client.write(chunk) && client.writableLength > CLIENT_HIGH_BYTES) waitFor(client)
  }

  const waitFor = (client: Socket): void => {
    if (slow.has(client)) return
    slow.add(client)
    vmm?.pause()
    const goOn = (): void => {
      clearTimeout(timer)
      client.off('drain', goOn)
      client.off('close', goOn)
      slow.delete(client)
      if (slow.size === 0) vmm?.resume()
    }
    const timer = setTimeout(goOn, CLIENT_WAIT_MS)
    client.on('drain', goOn)
    client.on('close', goOn)
  }

  const serve = async (stream: Duplex): Promise<void> => {
    vmm = stream
    stream.on('data', output)
    await new Promise<void>((resolve) => {
      stream.on('error', () => resolve())
      stream.on('close', () => resolve())
    })
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
