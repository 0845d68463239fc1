import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

export type FakeConsole = { readonly write: (text: string) => void; readonly close: () => void }

/** A console as a listening socket: one client, a new one takes the place of the old one; what is said before the first is kept. Echoes what is typed. */
export const openFakeConsole = (path: string): Promise<FakeConsole> =>
  new Promise((resolve, reject) => {
    let client: Socket | undefined
    let kept = ''
    const server = createServer((socket) => {
      client?.destroy()
      client = socket
      socket.write(kept)
      kept = ''
      socket.on('data', (typed) => socket.write(`you typed ${typed.toString()}\r\n`))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (client === socket) client = undefined
      })
    })
    server.once('error', reject)
    server.listen(path, () =>
      resolve({
        write: (text) => void (client === undefined ? (kept += text) : client.write(text)),
        close: () => {
          client?.destroy()
          server.close()
          rmSync(path, { force: true })
        },
      }),
    )
  })
