import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Whether this process could listen there now, found out by doing so for a moment.
 * @returns the code of the refusal (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` …), undefined when there is none.
 */
export const tryPort = (proto: 'tcp' | 'udp', address: string, port: number): Promise<string | undefined> =>
  new Promise((done) => {
    const socket =
      proto === 'tcp'
        ? createServer()
        : address.includes(':')
          ? createSocket({ type: 'udp6', ipv6Only: true })
          : createSocket('udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'EIO'))
    const listening = (): void => void socket.close(() => done(undefined))
    if ('listen' in socket) socket.listen({ host: address, port, ipv6Only: true, exclusive: true }, listening)
    else socket.bind({ address, port, exclusive: true }, listening)
  })
