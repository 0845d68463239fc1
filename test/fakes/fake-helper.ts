#!/usr/bin/env node
/** Stands in for vhost-device-vsock (`--uds-path`) and virtiofsd (`--socket-path`); which is told by the arguments, what goes wrong by a script. */
import { spawn } from 'node:child_process'
import { rmSync, writeSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { argument, readScript, untilThere } from './fake-script.ts'

if (process.argv.includes('--version')) {
  console.log('fake helper 1.13.2')
  process.exit(0)
}

const uds = argument('--uds-path')
const name = uds === undefined ? 'virtiofsd' : 'vhost-device-vsock'
const path = argument(uds === undefined ? '--socket-path' : '--socket') ?? ''
const script = readScript().helpers?.[name] ?? {}

if (script.dies !== undefined) {
  writeSync(2, `${script.dies}\n`)
  process.exit(1)
}
if (script.sandbox === true)
  spawn('sh', ['-c', 'while sleep 1; do :; done', path], { stdio: ['ignore', 'inherit', 'inherit'] })
// Its supervisor sends SIGINT: SIGTERM is blocked in what it starts (host/process.ts).
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => script.deafTo?.includes('signals') || process.exit(0))
if (script.diesOn !== undefined) void untilThere(script.diesOn).then(() => process.exit(1))

/** `PORT\n` and then what the guest says: to `<uds>_PORT`. The guest's half-close goes nowhere, as with the real one of version 0.3. */
const relay = (guest: Socket): void => {
  guest.on('error', () => undefined)
  guest.once('data', (first: Buffer) => {
    const line = first.indexOf(10)
    const port = first.toString('utf8', 0, line)
    if (port === 'control') return
    const host = connect({ path: `${uds}_${port}`, allowHalfOpen: true })
    host.on('error', () => guest.destroy())
    const rest = first.subarray(line + 1)
    if (rest.length > 0) host.write(rest)
    guest.on('data', (chunk) => host.write(chunk))
    host.on('end', () => {
      guest.destroy()
      host.destroy()
    })
    host.resume()
  })
}

const server = createServer({ allowHalfOpen: true }, (socket) => {
  if (uds !== undefined) return relay(socket)
  // virtiofsd serves one VMM and ends with it.
  socket.resume()
  socket.on('error', () => undefined)
  socket.on('end', () => process.exit(0))
})
if (script.mute === true) setInterval(() => undefined, 60_000)
else {
  rmSync(path, { force: true })
  server.listen(path)
  // Connections of the host to the guest: there is nobody behind them.
  if (uds !== undefined) {
    rmSync(uds, { force: true })
    createServer((socket) => socket.destroy()).listen(uds)
  }
}
