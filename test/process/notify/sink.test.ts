import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { waitUntil } from '../../../src/host/wait-until.ts'
import { openSink } from '../../../src/notify/sink.ts'
import { takeSinkTarget } from '../../../src/notify/sink-target.ts'
import { temporary } from './temporary.ts'

const SINK = join(import.meta.dirname, '../../fakes/sink.ts')

/** The datagram socket of a service manager, by socat, which tells the length of each message on its stderr. */
const openManager = async () => {
  const path = join(temporary(), 'notify')
  const socat = execa('socat', ['-u', '-v', `UNIX-RECV:${path}`, '/dev/null'], { reject: false })
  let said = ''
  socat.nodeChildProcess.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  onTestFinished(async () => {
    socat.nodeChildProcess.kill()
    await socat
  })
  await waitUntil(() => (existsSync(path) ? true : undefined), 10_000)
  return {
    path,
    messages: () => said.split(/> \d{4}\/\d\d\/\d\d [^\n]* length=\d+ from=\d+ to=\d+\n/).slice(1),
  }
}

const EXPECTED = [
  'STATUS=guest: booting',
  'EXTEND_TIMEOUT_USEC=90000000',
  'STATUS=guest: 99',
  'READY=1\nSTATUS=guest: ready',
  'STATUS=guest: red MAINPID=1',
  'STOPPING=1\nSTATUS=stopping',
]

test('by the descriptor systemd passes: one write is one message, the latest status wins, children inherit nothing', async () => {
  const manager = await openManager()
  // What OpenFile= does: a connected datagram socket as descriptor 3, in the very process.
  const socat = `exec socat UNIX-CONNECT:${manager.path},socktype=2 EXEC:"$0 $1",nofork,fdin=3,fdout=3`
  const { stdout } = await execa('sh', ['-c', `export LISTEN_PID=$$; ${socat}`, process.execPath, SINK], {
    env: { LISTEN_FDS: '1', LISTEN_FDNAMES: 'notify', NOTIFY_SOCKET: '/nowhere' },
  })
  expect(stdout.split('\n')).toEqual(['kind descriptor', 'child clean'])
  await waitUntil(() => (manager.messages().length >= EXPECTED.length ? true : undefined), 10_000)
  expect(manager.messages()).toEqual(EXPECTED)
})

test('by a program systemd-notify, one after the other', async () => {
  const log = join(temporary(), 'log')
  const directory = join(import.meta.dirname, '../../fakes/systemd-notify')
  const { stdout } = await execa(process.execPath, [SINK], {
    env: { NOTIFY_SOCKET: '/run/x/notify', FAKE_LOG: log, PATH: `${directory}:${process.env['PATH'] ?? ''}` },
  })
  expect(stdout.split('\n')).toEqual(['kind command', 'child clean'])
  const { stdout: told } = await execa('cat', [log])
  expect(told).toBe(EXPECTED.map((message) => `/run/x/notify ${message.replaceAll('\n', '|')}`).join('\n'))
})

test('a manager that cannot be told is reported once, and nothing else happens', async () => {
  const { stdout } = await execa(process.execPath, [SINK], {
    env: { NOTIFY_SOCKET: '/nowhere', PATH: temporary() },
  })
  expect(stdout).toMatch(
    /^kind command\ntrouble The service manager of this host could not be told: .*\nchild clean$/,
  )
  expect(stdout.match(/trouble/g)).toHaveLength(1)
})

test('without a service manager nothing is done', async () => {
  const sink = openSink({ env: {}, pid: process.pid, onTrouble: () => expect.unreachable() })
  sink.ready('x')
  sink.status('y')
  await sink.flush()
  expect(sink.kind).toBe('none')
})

test('descriptors meant for another process, or that are no sockets, are not taken', () => {
  const env = (pid: number, names: string): NodeJS.ProcessEnv => ({
    LISTEN_PID: String(pid),
    LISTEN_FDS: '1',
    LISTEN_FDNAMES: names,
  })
  for (const each of [
    env(process.pid + 1, 'notify'),
    env(process.pid, 'other'),
    env(process.pid, 'a:b:notify'),
  ]) {
    expect(takeSinkTarget(each, process.pid).kind).toBe('none')
    expect(each).toEqual({})
  }
})
