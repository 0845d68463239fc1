#!/usr/bin/env node
/**
 * Behaves as cloud-hypervisor 53 does towards who started it: API, events on a descriptor, vsock, serial socket, exit statuses. Inside is a guest that
 * says what a systemd says. What goes wrong is told by a script (fake-script.ts).
 */
import { once } from 'node:events'
import { rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { type FakeConsole, openFakeConsole } from './fake-console.ts'
import { type Hardware, makeGuest } from './fake-guest.ts'
import { argument, never, noteStart, readScript } from './fake-script.ts'

if (process.argv.includes('--version')) {
  console.log('cloud-hypervisor v53.0.0')
  process.exit(0)
}

type Config = {
  vsock?: { socket: string }
  serial?: { mode: string; socket?: string }
  fs?: { socket: string }[]
  [key: string]: unknown
}

const { vmm = {}, guest: guestScript } = readScript()
noteStart()
const api = (argument('--api-socket') ?? '').replace(/^path=/, '')
const deaf = (what: string): boolean => vmm.deafTo?.includes(what) ?? false

const fail = (...chain: string[]): never => {
  const lines = chain.map((line, index) => `  ${index}: ${line}`).join('\n')
  writeSync(2, `Error: Cloud Hypervisor exited with the following chain of errors:\n${lines}\n`)
  process.exit(1)
}

const emitBytes = (bytes: string): void => {
  if (argument('--event-monitor') !== 'fd=3') return
  try {
    writeSync(3, bytes)
  } catch {
    // As the real one: what does not fit is lost.
  }
}
const since = performance.now()
const emit = (source: string, event: string, properties: unknown = null): void => {
  const ms = performance.now() - since
  const timestamp = { secs: Math.floor(ms / 1000), nanos: Math.floor((ms % 1000) * 1e6) }
  emitBytes(`${JSON.stringify({ timestamp, source, event, properties }, undefined, 2)}\n\n`)
}

let config: Config | undefined
let state = 'Created'
let serial: FakeConsole | undefined
let vsock: Server | undefined
let backends: Socket[] = []

/** What a clean end removes. */
const takeDown = (): void => {
  serial?.close()
  vsock?.close()
  for (const backend of backends) backend.destroy()
  backends = []
  if (config?.vsock !== undefined) rmSync(config.vsock.socket, { force: true })
}

const end = (code: number): void => {
  emit('vm', 'shutdown')
  emit('vm', 'deleted')
  emit('vmm', 'shutdown')
  takeDown()
  rmSync(api, { force: true })
  process.exit(code)
}

const openDevices = async (): Promise<void> => {
  const { socket } = config?.vsock ?? {}
  if (socket !== undefined) {
    vsock = createSocketServer((host) => host.destroy())
    vsock.listen(socket)
    await Promise.race([
      once(vsock, 'listening'),
      once(vsock, 'error').then(() => Promise.reject(new Error('vsock'))),
    ])
  }
  if (config?.serial?.mode === 'Socket') serial = await openFakeConsole(config.serial.socket ?? '')
  for (const backend of config?.fs ?? []) {
    const stream = connect(backend.socket)
    stream.on('error', () => undefined)
    backends.push(stream)
  }
}

const hardware: Hardware = {
  full: () => undefined,
  connect: async () => {
    const socket = connect({ path: `${config?.vsock?.socket}_1234`, allowHalfOpen: false })
    await once(socket, 'connect')
    return socket
  },
  console: (text) => serial?.write(text),
  events: emitBytes,
  vmm: async (what) => {
    if (what === 'poweroff') return end(0)
    if (what === 'panic') return emit('guest', 'panic', { event: 'panic' })
    if (what === 'kill') return void process.kill(process.pid, 'SIGKILL')
    if (typeof what === 'number') return process.exit(what)
    emit('vm', 'shutdown')
    emit('vm', 'rebooting')
    takeDown()
    await openDevices()
    emit('vm', 'rebooted')
    guest.boot()
  },
}
const guest = makeGuest(hardware, guestScript)

const without = (value: unknown, path: readonly string[]): unknown => {
  const [key, ...rest] = path
  if (key === undefined || typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = { ...value }
  if (rest.length === 0) delete copy[key]
  else copy[key] = without(copy[key], rest)
  return copy
}

class Refusal extends Error {
  readonly chain: readonly string[]
  constructor(...chain: string[]) {
    super(chain[0])
    this.chain = chain
  }
}

const answer = async (endpoint: string, body: string): Promise<unknown> => {
  if (deaf(endpoint)) await never()
  const chain = vmm.refuses?.[endpoint]
  if (chain !== undefined) throw new Refusal(...chain)
  switch (endpoint) {
    case 'vmm.ping':
      return { build_version: 'v53.0', version: '53.0.0', pid: process.pid, features: ['kvm'] }
    case 'vm.create':
      if (config !== undefined)
        throw new Refusal('Error from API', 'The VM could not be created', 'VM is already created')
      config = JSON.parse(body) as Config
      return undefined
    case 'vm.info': {
      if (config === undefined) throw new Refusal('Error from API', 'VM is not created')
      const known = (vmm.forgets ?? []).reduce<unknown>((kept, key) => without(kept, key.split('.')), config)
      return { config: known, state, memory_actual_size: 0 }
    }
    case 'vm.boot':
      if (config === undefined)
        throw new Refusal('Error from API', 'The VM could not boot', 'VM is not created')
      emit('vm', 'booting')
      await openDevices().catch(() => {
        throw new Refusal(
          'Error from API',
          'The VM could not boot',
          'Error from device manager',
          'Cannot create virtio-vsock backend',
          'Error binding to the host-side Unix socket',
          'Address in use (os error 98)',
        )
      })
      state = 'Running'
      emit('vm', 'booted')
      guest.boot()
      return undefined
    case 'vm.pause':
      emit('vm', 'pausing')
      emit('vm', 'paused')
      return undefined
    case 'vm.resume':
      emit('vm', 'resuming')
      emit('vm', 'resumed')
      return undefined
    case 'vm.power-button':
      guest.powerButton()
      return undefined
    case 'vmm.shutdown':
      setImmediate(() => end(0))
      return undefined
    default:
      throw new Refusal(`no ${endpoint}`)
  }
}

process.on('SIGTERM', () => deaf('signals') || end(0))
process.on('SIGINT', () => deaf('signals') || end(0))

if (vmm.dies !== undefined) fail(...vmm.dies.split('\n'))
if (vmm.exits !== undefined) process.exit(vmm.exits)
emit('vmm', 'starting')

/** One request at a time, as micro_http: an unanswered one holds up all others. */
let turn: Promise<unknown> = Promise.resolve()
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const endpoint = (request.url ?? '').replace('/api/v1/', '')
    turn = turn.then(async () => {
      try {
        const value = await answer(endpoint, body)
        response.writeHead(value === undefined ? 204 : 200, { 'content-type': 'application/json' })
        response.end(value === undefined ? undefined : JSON.stringify(value))
      } catch (error) {
        const { chain } = error as Refusal
        response.writeHead(500, { 'content-type': 'application/json' })
        response.end(JSON.stringify(chain ?? [String(error)]))
      }
    })
  })
})
server.on('error', () =>
  fail(
    `Error creating API server's socket`,
    `API socket ${api} is already in use by another running instance`,
  ),
)
server.listen(api)
