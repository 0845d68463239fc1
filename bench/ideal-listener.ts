import { createServer } from 'node:net'

export type IdealListener = {
  /** `performance.now()` when READY=1 came. */
  readonly ready: Promise<number>
  readonly close: () => void
}

/** The least a listener can do: closes each connection at its first byte, and looks whether READY=1 was in it. */
export const idealListener = (path: string): IdealListener => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk: Buffer) => {
      socket.end()
      if (/^READY=1$/m.test(chunk.toString('latin1'))) resolve(performance.now())
      setTimeout(() => socket.destroy(), 20)
    })
  })
  server.listen(path)
  return { ready: promise, close: () => void server.close() }
}
