import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import { openBridge } from '../../../src/notify/bridge.ts'
import {
  notify,
  notifyAndGo,
  notifyAndHold,
  notifyInPieces,
  saySomethingNever,
  STORIES,
} from '../../fakes/guest-simulator.ts'
import { openTestBridge, type Way } from './open-test-bridge.ts'
import { temporary } from './temporary.ts'

const ANSWERS = ['on-data', 'on-eof'] as const
const FLOOD = join(import.meta.dirname, '../../fakes/flood.ts')
const WAYS: Way[] = ['direct', 'pass', 'swallow']
const COMBINATIONS = ANSWERS.flatMap((answer) => WAYS.map((way) => [answer, way] as const))

describe.each(COMBINATIONS)('answer %s, half-close %s', (answer, way) => {
  test('a boot, a reboot and a second boot: every message, in order, not a byte back', async () => {
    const { guestPath, messages, until, ignored } = await openTestBridge(answer, way)
    const story = STORIES['reboot'] ?? []
    for (const message of story) expect(await notify(guestPath, message)).toMatchObject({ bytes: 0 })
    await until(() => messages.length === story.length)
    expect(messages).toEqual(story)
    expect(ignored).toEqual([])
  })

  test('exactly 4096 bytes pass, one more is refused, a megabyte too', async () => {
    const { guestPath, messages, ignored, until } = await openTestBridge(answer, way)
    await notify(guestPath, 'x'.repeat(4096))
    await until(() => messages.length === 1)
    await notify(guestPath, 'x'.repeat(4097))
    await until(() => ignored.length === 1)
    await notify(guestPath, 'x'.repeat(1024 * 1024))
    await notify(guestPath, 'READY=1')
    await until(() => messages.length === 2)
    expect(messages[1]).toBe('READY=1')
    expect(ignored[0]).toContain('more than 4096 bytes')
  })

  test('NUL, invalid UTF-8 and fields for the host are handed on as they are: judging is the parser’s', async () => {
    const { guestPath, messages, until } = await openTestBridge(answer, way)
    const story = STORIES['hostile'] ?? []
    for (const message of [...story, 'READY=1\0', Uint8Array.of(0xff, 0xfe)]) await notify(guestPath, message)
    await until(() => messages.length === story.length + 2)
  })

  test('a sender that does not wait loses nothing', async () => {
    const { guestPath, messages, until } = await openTestBridge(answer, way)
    for (let index = 0; index < 50; index++) await notifyAndGo(guestPath, `N=${index}`)
    await until(() => messages.length === 50)
    expect(messages).toEqual(Array.from({ length: 50 }, (_, index) => `N=${index}`))
  })

  test('a connection without a byte is nothing', async () => {
    const { guestPath, messages, ignored, until } = await openTestBridge(answer, way)
    if (way === 'swallow') (await saySomethingNever(guestPath)).socket.destroy()
    else await notify(guestPath, '')
    await notify(guestPath, 'READY=1')
    await until(() => messages.length === 1)
    expect(messages).toEqual(['READY=1'])
    expect(ignored).toEqual([])
  })

  test('a sender that never closes is answered, and does not hold up the next', async () => {
    const { guestPath, messages, until } = await openTestBridge(answer, way)
    const held = await notifyAndHold(guestPath, 'READY=1')
    onTestFinished(() => void held.destroy())
    await notify(guestPath, 'X_SYSTEMD_HOSTNAME=a')
    await until(() => messages.length === 2)
    expect(messages).toEqual(['READY=1', 'X_SYSTEMD_HOSTNAME=a'])
  })

  test('who says nothing is sent away after two seconds, and who is late is heard until then', async () => {
    const { guestPath, messages, ignored, until } = await openTestBridge(answer, way)
    const silent = await saySomethingNever(guestPath)
    const late = await saySomethingNever(guestPath)
    setTimeout(() => late.socket.end('READY=1'), 300)
    await until(() => messages.length === 1)
    const { ms } = await silent.answered
    expect(ms).toBeGreaterThan(1_900)
    expect(ms).toBeLessThan(8_000)
    expect(ignored).toEqual(['a connection that said nothing for 2 s'])
  })

  // Without an EOF `on-eof` waits 20 ms for it each time, so fewer there.
  const many = answer === 'on-eof' && way === 'swallow' ? 200 : 10_000
  test(`${many} messages, none lost, none merged, in order`, async () => {
    const { guestPath, messages, until } = await openTestBridge(answer, way)
    for (let index = 0; index < many; index++) await notify(guestPath, `STATUS=${index}`)
    await until(() => messages.length >= many)
    expect(messages).toEqual(Array.from({ length: many }, (_, index) => `STATUS=${index}`))
  })
})

// Not with `on-data` and a VMM that closes both ways at our EOF: it cannot bring the rest of a message whose beginning was answered.
// systemd sends a message by one sendmsg(2), which is one vsock packet.
describe.each(COMBINATIONS.filter(([answer, way]) => answer === 'on-eof' || way !== 'swallow'))(
  'answer %s, half-close %s',
  (answer, way) => {
    test('a message in pieces is one message', async () => {
      const { guestPath, messages, until } = await openTestBridge(answer, way)
      await notifyInPieces(guestPath, ['REA', 'DY=', '1\nSTATUS=', 'Ready.'])
      await until(() => messages.length > 0)
      await notify(guestPath, 'X')
      await until(() => messages.length > 1)
      expect(messages).toEqual(['READY=1\nSTATUS=Ready.', 'X'])
    })
  },
)

const FLOODS = ['silent', 'byte', 'drip', 'half', 'byte-half', 'big', 'storm', 'mixed']
// The flood holds 1,000 connections at a time: where each lives as long as it may, these come twice.
const FLOOD_CONNECTIONS = 2_000

describe('floods', () => {
  test.each(ANSWERS.flatMap((answer) => FLOODS.map((kind) => [answer, kind] as const)))(
    'PID 1 gets every message through, and does not wait long (%s, %s)',
    async (answer, kind) => {
      const { guestPath, messages, ignored, until } = await openTestBridge(answer)
      const honest = () => messages.filter((message) => message.startsWith('STATUS='))
      const flood = execa(process.execPath, [FLOOD, guestPath, kind, String(FLOOD_CONNECTIONS)])
      let slowest = 0
      let sent = 0
      let flooding = true
      void flood.finally(() => (flooding = false))
      while (flooding || sent < 100) {
        const { ms, error } = await notify(guestPath, `STATUS=${sent}`)
        expect(error).toBeUndefined()
        slowest = Math.max(slowest, ms)
        sent += 1
      }
      await flood
      await until(() => honest().length >= sent)
      expect(honest()).toEqual(Array.from({ length: sent }, (_, index) => `STATUS=${index}`))
      expect(slowest).toBeLessThan(2_000)
      expect(ignored.length).toBeLessThan(20)
    },
  )

  test('who spoke and holds on makes room for PID 1 (600 of one byte each)', async () => {
    const { guestPath, messages, until } = await openTestBridge('on-eof')
    const held = await Promise.all(Array.from({ length: 600 }, () => notifyAndHold(guestPath, 'x')))
    for (let index = 0; index < 33; index++)
      expect(await notify(guestPath, `STATUS=${index}`)).toMatchObject({ error: undefined })
    await until(() => messages.filter((message) => message !== 'x').length === 33)
    held.forEach((socket) => socket.destroy())
  })

  test('256 connections that hold on to nothing leave room for one that speaks', async () => {
    const { guestPath, messages, until } = await openTestBridge('on-data')
    const silent = await Promise.all(Array.from({ length: 600 }, () => saySomethingNever(guestPath)))
    await notify(guestPath, 'READY=1')
    await until(() => messages.length === 1)
    const gone = await Promise.all(silent.slice(0, 300).map(({ answered }) => answered))
    expect(Math.max(...gone.map(({ ms }) => ms))).toBeLessThan(1_900)
    silent.forEach(({ socket }) => socket.destroy())
  })
})

describe('the socket', () => {
  const quiet = { onMessage: () => undefined, onIgnored: () => undefined }

  test('is open to its owner only, and gone after close', async () => {
    const { socketPath, bridge } = await openTestBridge('on-data')
    expect(lstatSync(socketPath).mode & 0o777).toBe(0o600)
    await bridge.close()
    expect(existsSync(socketPath)).toBe(false)
  })

  test('what a crashed run left is replaced', async () => {
    const socketPath = join(temporary(), 's')
    const dead = execa(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ])
    await dead.catch(() => undefined)
    expect(lstatSync(socketPath).isSocket()).toBe(true)
    const bridge = await openBridge({ socketPath, answer: 'on-data', ...quiet })
    expect(await notify(socketPath, 'READY=1')).toMatchObject({ error: undefined })
    await bridge.close()
  })

  test('a file that is no socket stays', async () => {
    const socketPath = join(temporary(), 's')
    writeFileSync(socketPath, 'precious')
    await expect(openBridge({ socketPath, answer: 'on-data', ...quiet })).rejects.toMatchObject({
      code: 'FILE_WRONG_KIND',
    })
    expect(readFileSync(socketPath, 'utf8')).toBe('precious')
  })

  test('errors say what to do', async () => {
    const directory = temporary()
    const long = join(directory, 'x'.repeat(108))
    await expect(openBridge({ socketPath: long, answer: 'on-data', ...quiet })).rejects.toMatchObject({
      code: 'SOCKET_PATH_TOO_LONG',
    })
    const missing = openBridge({ socketPath: join(directory, 'no/s'), answer: 'on-data', ...quiet })
    await expect(missing).rejects.toBeInstanceOf(MicrovmError)
    mkdirSync(join(directory, 'd'))
    await expect(
      openBridge({ socketPath: join(directory, 'd'), answer: 'on-data', ...quiet }),
    ).rejects.toMatchObject({ code: 'FILE_WRONG_KIND' })
    rmSync(join(directory, 'd'), { recursive: true })
  })

  test('a listener that throws is reported, and the next message comes', async () => {
    const socketPath = join(temporary(), 's')
    const seen: string[] = []
    const troubles: string[] = []
    const bridge = await openBridge({
      socketPath,
      answer: 'on-data',
      onMessage: (bytes) => {
        seen.push(Buffer.from(bytes).toString())
        if (seen.length === 1) throw new Error('oops')
      },
      onIgnored: () => undefined,
      onTrouble: (why) => troubles.push(why),
    })
    await notify(socketPath, 'A=1')
    await notify(socketPath, 'B=1')
    await bridge.close()
    expect(seen).toEqual(['A=1', 'B=1'])
    expect(troubles).toEqual(['a notification could not be handled: Error: oops'])
  })

  test('the last word, still unread in the kernel when the VMM has gone, is taken at close', async () => {
    const { bridge, messages, guestPath } = await openTestBridge('on-eof', 'direct')
    const script = `const s=require('net').connect(${JSON.stringify(guestPath)},()=>s.write('X_SYSTEMD_SHUTDOWN=poweroff',()=>process.exit()))`
    const closing = execa(process.execPath, ['-e', script])
    // Blocks the event loop until the other process has ended, as a busy supervisor would.
    const { execFileSync } = await import('node:child_process')
    execFileSync(process.execPath, ['-e', script])
    await bridge.close()
    await closing.catch(() => undefined)
    expect(messages.length).toBeGreaterThan(0)
    expect(messages[0]).toBe('X_SYSTEMD_SHUTDOWN=poweroff')
  })
})

test('out of descriptors: the guest does not hang, and is heard again later', async () => {
  const socketPath = join(temporary(), 's')
  const fake = join(import.meta.dirname, '../../fakes/bridge.ts')
  const limited = 'ulimit -n 40; exec "$0" "$@"'
  const child = execa('sh', ['-c', limited, process.execPath, fake, socketPath, 'exhaust'], {
    stdin: 'pipe',
    buffer: false,
  })
  const lines = createInterface({ input: child.nodeChildProcess.stdout as Readable })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => (await lines.next()).value as string
  expect([await next(), await next()]).toEqual(['listening', 'exhausted'])
  // Let go, although its message cannot be taken.
  await notify(socketPath, 'STATUS=lost')
  child.nodeChildProcess.stdin?.write('release\n')
  expect(await next()).toBe('released')
  await notify(socketPath, 'READY=1')
  expect(await next()).toBe('message READY=1')
  child.nodeChildProcess.stdin?.end()
  await child
})
