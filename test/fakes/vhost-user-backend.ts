/**
 * A vhost-user back-end that knows just enough for a front-end to make its device and stop there (no queue is ever served).
 * Usage: vhost-user-backend.ts SOCKET [config]; with `config` it has a configuration space, as disks need.
 */
import { createServer, type Socket } from 'node:net'

const REPLY = 0x1 | 0x4
const NEED_REPLY = 0x8
const VERSION_1 = 1n << 32n
const PROTOCOL_FEATURES = 1n << 30n
const [path, config] = process.argv.slice(2)
/** Multiple queues, acknowledgements, configuration space. */
const PROTOCOL = (1n << 0n) | (1n << 3n) | (config === undefined ? 0n : 1n << 9n)

/** Requests that are answered by a number (QEMU's docs/interop/vhost-user). */
const NUMBERS = new Map<number, bigint>([
  [1, VERSION_1 | PROTOCOL_FEATURES],
  [15, PROTOCOL],
  [17, 16n],
  [36, 8n],
])
const GET_CONFIG = 24

const answer = (socket: Socket, request: number, payload: Buffer): void => {
  const header = Buffer.alloc(12)
  header.writeUInt32LE(request, 0)
  header.writeUInt32LE(REPLY, 4)
  header.writeUInt32LE(payload.length, 8)
  socket.write(Buffer.concat([header, payload]))
}

const number = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

createServer((socket) => {
  let pending = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 12 && pending.length >= 12 + pending.readUInt32LE(8)) {
      const [request, flags, size] = [0, 4, 8].map((offset) => pending.readUInt32LE(offset)) as [
        number,
        number,
        number,
      ]
      const payload = pending.subarray(12, 12 + size)
      pending = pending.subarray(12 + size)
      const value = NUMBERS.get(request)
      if (value !== undefined) answer(socket, request, number(value))
      else if (request === GET_CONFIG) answer(socket, request, payload)
      else if ((flags & NEED_REPLY) !== 0) answer(socket, request, number(0n))
    }
  })
}).listen(path)
