#!/usr/bin/env node
/**
 * Plays QEMU with a guest in it: monitor, console, exclusive locks on its disks, and a systemd that boots, is ready and shuts down.
 * What kind of guest is told on its kernel command line:
 *
 *     fake.boot=MS     how long it takes to be ready (default 50)
 *     fake.deaf        hears no power button
 *     fake.never       is never ready, and makes no progress
 *     fake.steps=N     reaches N targets on its way, evenly spaced
 *     fake.die=MS      ends by itself with status 1
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, openSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { notify } from './guest-simulator.ts'

const args = process.argv.slice(2)
if (args.includes('--version') || args.includes('-version')) {
  console.log('QEMU emulator version 10.0.2 (a fake for tests)')
  process.exit(0)
}

const valuesOf = (option: string): string[] =>
  args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []))

const chardev = (id: string): string => {
  const value = valuesOf('-chardev').find((entry) => entry.includes(`id=${id},`))
  const path = /(?:^|,)path=((?:[^,]|,,)*)/.exec(value ?? '')?.[1]
  if (path === undefined) throw new Error(`no chardev ${id}`)
  return path.replaceAll(',,', ',')
}

const words = (valuesOf('-append')[0] ?? '').split(' ')
const has = (word: string): boolean => words.includes(`fake.${word}`)
const number = (word: string): number | undefined => {
  const value = words.find((entry) => entry.startsWith(`fake.${word}=`))?.split('=')[1]
  return value === undefined ? undefined : Number(value)
}

/** As QEMU does for writable images; the descriptors, and with them the locks, live as long as this process. */
for (const block of valuesOf('-blockdev')) {
  const { file, 'read-only': readOnly } = JSON.parse(block) as {
    file?: { filename?: string }
    'read-only'?: boolean
  }
  if (file?.filename === undefined || readOnly === true) continue
  const fd = openSync(file.filename, 'r+')
  const { status } = spawnSync('flock', ['--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  if (status === 0) continue
  appendFileSync(join(dirname(file.filename), 'two-at-once'), `${process.pid}\n`)
  console.error(`Failed to get "write" lock. Is another process using the image [${file.filename}]?`)
  process.exit(1)
}

const monitor = chardev('monitor')
const guest = `${join(dirname(monitor), 'vsock.sock')}_1234`
const say = (...lines: string[]): Promise<unknown> => notify(guest, lines.join('\n')).catch(() => undefined)

let clients: Socket[] = []
const console_: Socket[] = []
const listen = (path: string, onClient: (socket: Socket) => void): void => {
  createServer((socket) => {
    socket.on('error', () => undefined)
    onClient(socket)
  }).listen(path)
}

const shutDown = async (how: string): Promise<void> => {
  await say('X_SYSTEMD_UNIT_INACTIVE=multi-user.target')
  await say(`X_SYSTEMD_UNIT_ACTIVE=${how}.target`)
  await say('EXIT_STATUS=0', `X_SYSTEMD_SHUTDOWN=${how}`)
  if (how === 'poweroff') process.exit(0)
  for (const client of clients) client.write(`${JSON.stringify({ event: 'RESET', data: { guest: true } })}\n`)
  await boot()
}

listen(chardev('console'), (socket) => {
  console_.push(socket)
  // Typed into the console: what a person in the guest does.
  socket.on('data', (chunk) => {
    const typed = chunk.toString().trim()
    if (typed === 'poweroff' || typed === 'reboot') void shutDown(typed)
    if (typed.startsWith('say ')) void say(typed.slice(4).replaceAll('\\n', '\n'))
  })
})
listen(monitor, (socket) => {
  clients.push(socket)
  socket.on('close', () => (clients = clients.filter((client) => client !== socket)))
  socket.write(`${JSON.stringify({ QMP: { version: {}, capabilities: [] } })}\n`)
  let rest = ''
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { execute } = JSON.parse(line) as { execute: string }
      socket.write(`${JSON.stringify({ return: {} })}\n`)
      if (execute === 'quit') setImmediate(() => process.exit(0))
      if (execute === 'system_powerdown' && !has('deaf')) void shutDown('poweroff')
    }
  })
})

const boot = async (): Promise<void> => {
  const total = number('boot') ?? 50
  const steps = number('steps') ?? 0
  await say('X_SYSTEMD_HOSTNAME=fake')
  if (has('never')) return
  for (let step = 0; step < steps; step++) {
    await sleep(total / (steps + 1))
    await say(`X_SYSTEMD_UNIT_ACTIVE=step-${step}.target`)
  }
  await sleep(total / (steps + 1))
  await say('X_SYSTEMD_UNIT_ACTIVE=basic.target')
  for (const socket of console_) socket.write('fake guest is up\r\n')
  await say('READY=1', 'STATUS=Ready.')
}

// The real one is started with SIGTERM blocked (src/host/process.ts), and keeps it so; Node unblocks everything when it starts.
process.on('SIGTERM', () => undefined)
process.on('SIGINT', () => process.exit(0))
const die = number('die')
if (die !== undefined) setTimeout(() => process.exit(1), die)
await boot()
