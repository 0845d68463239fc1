/**
 * How long a guest's PID 1 stands still per notification: from connect to the EOF, at the sender, as sd_notify waits since systemd 256.
 * Our bridge and `socat UNIX-LISTEN:…,fork` take turns in one run, so that both meet the same machine.
 *
 *     tsx bench/notify.ts [--json] [--messages N]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { waitUntil } from '../src/host/wait-until.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, messages: { type: 'string', default: '100000' } },
})

const ROUNDS = 20
const PER_ROUND = 250
const WARM_UP = 500
const TARGETS = { medianMs: 0.2, p99Ms: 3, timesQuicker: 4 }

/** What PID 1 does: connect, one send, SHUT_WR, wait for the EOF. Resolves to milliseconds. */
const notify = (path: string, message: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const since = performance.now()
    const socket = connect({ path, allowHalfOpen: true })
    socket.on('end', () => resolve(performance.now() - since))
    socket.on('error', reject)
    socket.resume()
    socket.end(message)
  })

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

const summary = (times: number[]) => {
  const sorted = times.toSorted((a, b) => a - b)
  return { medianMs: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), maxMs: sorted.at(-1) ?? 0 }
}

const directory = mkdtempSync(join(tmpdir(), 'bench-notify-'))
const ours = join(directory, 'ours')
const theirs = join(directory, 'theirs')
const listener = execa(process.execPath, [join(import.meta.dirname, 'notify-listener.ts'), ours], {
  stdin: 'pipe',
})
// Its quickest form: one direction, no linger after the EOF, nothing to forward to.
const socat = execa('socat', ['-u', '-t0', `UNIX-LISTEN:${theirs},fork,backlog=128`, 'OPEN:/dev/null'], {
  reject: false,
})
try {
  await waitUntil(() => (existsSync(ours) && existsSync(theirs) ? true : undefined), 10_000)
  let next = 0
  const toUs = (): Promise<number> => notify(ours, `N=${next++}`)
  const toSocat = (): Promise<number> => notify(theirs, 'N=0')
  for (let index = 0; index < WARM_UP; index++) await toUs()
  for (let index = 0; index < WARM_UP / 10; index++) await toSocat()

  const bridgeTimes: number[] = []
  const socatTimes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let index = 0; index < PER_ROUND; index++) bridgeTimes.push(await toUs())
    for (let index = 0; index < PER_ROUND; index++) socatTimes.push(await toSocat())
  }
  const wanted = Number(values.messages)
  while (next < wanted) await toUs()
  listener.nodeChildProcess.stdin?.end()
  const { count, wrong } = JSON.parse((await listener).stdout) as { count: number; wrong: number }

  const bridge = summary(bridgeTimes)
  const peer = summary(socatTimes)
  const timesQuicker = peer.medianMs / bridge.medianMs
  const result = {
    bridge,
    socat: peer,
    timesQuicker,
    messages: { sent: next, received: count, wrong },
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`,
    targets: TARGETS,
    met:
      bridge.medianMs <= TARGETS.medianMs &&
      bridge.p99Ms <= TARGETS.p99Ms &&
      timesQuicker >= TARGETS.timesQuicker &&
      count === next &&
      wrong === 0,
  }
  if (values.json === true) console.log(JSON.stringify(result))
  else {
    const row = (name: string, { medianMs, p99Ms, maxMs }: typeof bridge): string =>
      [name.padEnd(8), ...[medianMs, p99Ms, maxMs].map((ms) => ms.toFixed(3).padStart(9))].join(' ')
    console.log(['answer  ', 'median ms', '   p99 ms', '   max ms'].join(' '))
    console.log(row('bridge', bridge))
    console.log(row('socat', peer))
    console.log(`\n${timesQuicker.toFixed(1)} times quicker than socat; target ${TARGETS.timesQuicker}`)
    console.log(`${count} of ${next} messages received, ${wrong} lost, merged or out of order`)
    console.log(`targets ${result.met ? 'met' : 'missed'} on ${result.machine}`)
  }
  process.exitCode = result.met ? 0 : 1
} finally {
  socat.nodeChildProcess.kill()
  listener.nodeChildProcess.kill()
  await socat
  rmSync(directory, { recursive: true, force: true })
}
