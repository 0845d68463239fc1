#!/usr/bin/env node
/**
 * Behaves as QEMU 10 does towards who started it: QMP, console socket, one vhost-user connection to the vsock helper, which carries what the guest says.
 * What goes wrong is told by a script (fake-script.ts).
 */
import { once } from 'node:events'
import { rmSync, writeSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFakeConsole } from './fake-console.ts'
import { type Hardware, makeGuest } from './fake-guest.ts'
import { isThere, noteStart, readScript } from './fake-script.ts'

if (process.argv.includes('--version')) {
  console.log('QEMU emulator version 10.0.2 (fake)')
  process.exit(0)
}

const { vmm = {}, guest: guestScript } = readScript()
noteStart()
const deaf = (what: string): boolean => vmm.deafTo?.includes(what) ?? false

/** `-chardev socket,id=ID,path=PATH,…` */
const chardev = (id: string): string => {
  const option = process.argv.find((word) => word.startsWith(`socket,id=${id},`))
  return /(?:^|,)path=([^,]+)/.exec(option ?? '')?.[1] ?? ''
}
const vhost = process.argv.map((word) => /path=([^,]*vhost-vsock[^,]*)/.exec(word)?.[1]).find(Boolean) ?? ''
const noReboot = process.argv.includes('-no-reboot')

if (vmm.dies !== undefined) {
  writeSync(2, `qemu-system-x86_64: ${vmm.dies}\n`)
  process.exit(1)
}
if (vmm.exits !== undefined) process.exit(vmm.exits)

let monitor: Socket | undefined
const send = (message: unknown): void => void monitor?.write(`${JSON.stringify(message)}\r\n`)
const emit = (event: string, data: unknown = {}): void =>
  send({ timestamp: { seconds: Math.floor(Date.now() / 1000), microseconds: 0 }, event, data })

const end = (code: number, reason: string): void => {
  emit('SHUTDOWN', { guest: reason.startsWith('guest'), reason })
  serial.close()
  rmSync(chardev('monitor'), { force: true })
  if (monitor === undefined) process.exit(code)
  monitor.end(() => process.exit(code))
}

/** The virtual CPUs stand still: a guest that waits here says nothing. */
let waiting: (() => void) | undefined
let fullDisk: string | undefined
const stopAt = (disk: string): void => {
  emit('BLOCK_IO_ERROR', {
    'qom-path': `/machine/peripheral/${disk}/virtio-backend`,
    device: '',
    'node-name': disk,
    operation: 'write',
    action: 'stop',
    nospace: true,
    reason: 'No space left on device',
  })
  emit('STOP')
}
const goOn = (): void => {
  emit('RESUME')
  if (fullDisk !== undefined && !isThere('room')) return stopAt(fullDisk)
  fullDisk = undefined
  waiting?.()
}

const hardware: Hardware = {
  full: async (disk) => {
    // A guest takes longer to write its first byte than we take to be here; events without a client are lost.
    while (monitor === undefined) await sleep(5)
    await new Promise<void>((resolve) => {
      fullDisk = disk
      waiting = resolve
      stopAt(disk)
    })
  },
  connect: async () => {
    const socket = connect(vhost)
    await once(socket, 'connect')
    socket.write('1234\n')
    return socket
  },
  console: (text) => serial.write(text),
  events: (bytes) => void monitor?.write(bytes),
  vmm: (what) => {
    if (what === 'poweroff') return end(0, 'guest-shutdown')
    if (what === 'panic') return emit('GUEST_PANICKED', { action: 'pause' })
    if (what === 'kill') return void process.kill(process.pid, 'SIGKILL')
    if (typeof what === 'number') return process.exit(what)
    if (noReboot) return end(0, 'guest-reset')
    emit('RESET', { guest: true, reason: 'guest-reset' })
    guest.boot()
  },
}

const serial = await openFakeConsole(chardev('console'))
const guest = makeGuest(hardware, guestScript)

process.on('SIGTERM', () => deaf('signals') || end(0, 'host-signal'))
process.on('SIGINT', () => deaf('signals') || end(0, 'host-signal'))

const qmp = createServer((socket) => {
  monitor = socket
  send({ QMP: { version: { qemu: { major: 10, minor: 0, micro: 2 } }, capabilities: ['oob'] } })
  socket.on('error', () => undefined)
  const lines = createInterface({ input: socket })
  lines.on('error', () => undefined)
  lines.on('line', (line) => {
    const { execute } = JSON.parse(line) as { execute: string }
    if (deaf(execute)) return
    send({ return: {} })
    if (execute === 'stop') emit('STOP')
    if (execute === 'cont') goOn()
    if (execute === 'system_powerdown') {
      emit('POWERDOWN')
      if (fullDisk === undefined) guest.powerButton()
    }
    if (execute === 'quit') end(0, 'host-qmp-quit')
  })
})
qmp.listen(chardev('monitor'))

// A vhost-user device is connected before the machine runs, and QEMU ends when that fails.
if (vhost !== '') {
  const control = connect(vhost)
  control.on('error', (error) => {
    writeSync(2, `qemu-system-x86_64: -chardev socket: Failed to connect to '${vhost}': ${error.message}\n`)
    process.exit(1)
  })
  await once(control, 'connect')
  control.write('control\n')
}
guest.boot()
