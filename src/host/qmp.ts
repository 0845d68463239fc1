import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { QmpCommand } from '../hypervisors/contract.ts'

export type QmpEvent = { readonly event: string; readonly data?: unknown }

export type Qmp = {
  /** @throws Error with QEMU's description when it refuses, or when the answer takes longer than `timeoutMs`. */
  readonly execute: (command: QmpCommand, timeoutMs?: number) => Promise<unknown>
  readonly close: () => void
  /** Resolves when QEMU has closed the connection, and all it had sent is read. */
  readonly closed: Promise<void>
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

const GREETING_MS = 30_000

/** Connects to QEMU's monitor (QMP, docs/interop/qmp-spec) and leaves the capabilities mode. */
export const connectQmp = async (path: string, onEvent: (event: QmpEvent) => void): Promise<Qmp> => {
  const socket = await connected(path)
  const waiting: Waiting[] = []
  const fail = (error: Error): void => {
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('QEMU closed its monitor')))
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  const lines = createInterface({ input: socket })
  // It hands the socket's errors on and throws those nobody listens to; `fail` has dealt with them already.
  lines.on('error', () => undefined)
  lines.on('line', (line) => {
    const message = parse(line)
    if (message === undefined) return
    if (typeof message['event'] === 'string')
      return onEvent({ event: message['event'], data: message['data'] })
    if ('error' in message) waiting.shift()?.reject(new Error(reasonOf(message['error'])))
    // Anything else is the greeting, or nothing that the protocol has.
    else if ('return' in message) waiting.shift()?.resolve(message['return'])
  })
  const execute = (command: QmpCommand, timeoutMs = 5000): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`QEMU did not answer ${command.execute} within ${timeoutMs} ms`)),
        timeoutMs,
      )
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          then(value)
        }
      waiting.push({ resolve: settle(resolve), reject: settle(reject) })
      socket.write(
        `${JSON.stringify(command)}\n`,
        (error) => error !== undefined && error !== null && reject(error),
      )
    })
  // A busy host may keep QEMU from answering for long; it serves one client at a time, so giving up and coming again would wait behind ourselves.
  await execute({ execute: 'qmp_capabilities' }, GREETING_MS).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
  return { execute, close: () => socket.destroy(), closed }
}

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket))
    socket.once('error', reject)
  })

/** A message of the protocol is an object; everything else is passed over, whoever sent it. */
const parse = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const reasonOf = (error: unknown): string => {
  const { desc } = (error ?? {}) as { desc?: unknown }
  return typeof desc === 'string' ? desc : 'QEMU refused, and gave no reason'
}
