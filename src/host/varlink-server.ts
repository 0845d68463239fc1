import { createServer, type Server, type Socket } from 'node:net'
import type { VarlinkReply } from './varlink.ts'

export type VarlinkCall = {
  readonly method: string
  readonly parameters: { readonly [name: string]: unknown }
}

/** More than any call we answer. */
const CALL_MAX = 65_536
/** Connections at once; each may make one call after the other. */
const CONNECTIONS_MAX = 16

/**
 * Answers calls of the Varlink protocol: JSON objects that end with NUL. Whoever may open the socket may call. Calls of one connection are answered in
 * their order. A call that throws is answered with an error of that name.
 */
export const varlinkServer = (answer: (call: VarlinkCall) => Promise<VarlinkReply>): Server => {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    let turn = Promise.resolve()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let end = received.indexOf(0); end >= 0; end = received.indexOf(0)) {
        const text = received.toString('utf8', 0, end)
        received = received.subarray(end + 1)
        turn = turn.then(() => reply(socket, text, answer))
      }
      if (received.length > CALL_MAX) socket.destroy()
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  return server
}

const reply = async (
  socket: Socket,
  text: string,
  answer: (call: VarlinkCall) => Promise<VarlinkReply>,
): Promise<void> => {
  const call = parse(text)
  if (call === undefined) return void socket.destroy()
  const said = await answer(call).catch((error: Error): VarlinkReply => ({
    error: 'org.varlink.service.MethodFailed',
    parameters: { message: error.message },
  }))
  if (socket.writable) socket.write(`${JSON.stringify({ parameters: {}, ...said })}\0`)
}

const parse = (text: string): VarlinkCall | undefined => {
  try {
    const { method, parameters } = JSON.parse(text) as { method?: unknown; parameters?: unknown }
    if (typeof method !== 'string') return undefined
    const given = typeof parameters === 'object' && parameters !== null ? parameters : {}
    return { method, parameters: given as VarlinkCall['parameters'] }
  } catch {
    return undefined
  }
}
