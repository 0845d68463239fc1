import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectConsole } from '../../src/host/connect-console.ts'
import { findOnPath } from '../../src/host/find-on-path.ts'
import { waitUntil } from '../../src/host/wait-until.ts'
import { openConsoleRelay } from '../../src/machine/console-relay.ts'

const openHere = (terminal: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === terminal
    } catch {
      return false
    }
  }).length

/** A raw pseudoterminal whose other end repeats what comes, as cloud-hypervisor's virtio console is one. */
test.skipIf(findOnPath('socat', process.env) === undefined)(
  'a console that is a terminal is read and written, and is closed again',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mvp-'))
    const link = join(folder, 'console')
    const socat = spawn('socat', [`PTY,link=${link},rawer,wait-slave`, 'EXEC:cat'], { stdio: 'ignore' })
    try {
      await waitUntil(() => (existsSync(link) ? true : undefined), 10_000)
      const terminal = realpathSync(link)
      const stream = connectConsole(link)
      stream.write('typed\r')
      const [answer] = await once(stream, 'data')
      expect(String(answer)).toBe('typed\r')
      expect(openHere(terminal)).toBe(1)
      stream.destroy()
      await once(stream, 'close')
      expect(openHere(terminal)).toBe(0)
    } finally {
      socat.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

test('where a console is, is asked before each connection: it may move when the guest reboots', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mvp-'))
  const said: string[] = []
  const servers = ['one', 'two'].map((name) =>
    // The first hangs up, as a VMM does that reboots its guest.
    createServer((socket) => (name === 'one' ? socket.end(name) : socket.write(name))).listen(
      join(folder, name),
    ),
  )
  let asked = 0
  const relay = openConsoleRelay(
    () => {
      asked += 1
      if (asked === 2) throw new Error('the VMM does not answer now')
      return join(folder, asked === 1 ? 'one' : 'two')
    },
    join(folder, 'clients'),
    (chunk) => said.push(chunk.toString()),
  )
  try {
    await waitUntil(() => (said.length === 2 ? true : undefined), 10_000)
    expect(said).toEqual(['one', 'two'])
    expect(asked).toBe(3)
  } finally {
    relay.close()
    for (const server of servers) server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
