import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes, show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { NODE, startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()

/** Everything of a unit that a message of sd_notify(3) could move. */
const STATE = [
  'ActiveState',
  'SubState',
  'MainPID',
  'NotifyAccess',
  'WatchdogUSec',
  'NFileDescriptorStore',
  'Result',
  'NRestarts',
  'StatusErrno',
  'TimeoutStartUSec',
  'TimeoutStopUSec',
]

const MESSAGES = [
  'MAINPID=1',
  'STOPPING=1',
  'WATCHDOG=trigger',
  'WATCHDOG=1',
  'WATCHDOG_USEC=1',
  'FDSTORE=1',
  'FDSTORE=1\nFDNAME=x',
  'NOTIFYACCESS=all',
  'RELOADING=1\nMONOTONIC_USEC=1',
  'ERRNO=2',
  'BUSERROR=x',
  'EXTEND_TIMEOUT_USEC=1',
  'READY=1\nMAINPID=1\nSTOPPING=1',
  'STATUS=fine\u0000MAINPID=1',
]

describe.skipIf(lacking !== undefined)('a hostile guest', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startHost()
    await installFakes(host, [fakeMachine('bad'), fakeMachine('good')].join('\n'))
    await host.ok('systemctl start microvm@bad microvm@good')
  })
  afterAll(() => host[Symbol.asyncDispose]())

  /** Runs in the host, on the socket the guest's connections arrive at; `notify` waits for the answer as PID 1 of a guest does. */
  const play = (script: string, seconds = 120): Promise<string> => {
    host.write(
      '/tmp/play.ts',
      `import { notify } from '/opt/fakes/guest-simulator.ts'\nimport { connect } from 'node:net'\n${script}`,
    )
    return host.ok(`${NODE} /tmp/play.ts`, seconds)
  }
  const socket = (machine: string): string => JSON.stringify(`/run/microvm/${machine}/vsock.sock_1234`)

  test('no message moves the state of the unit', async () => {
    const before = await show(host, 'bad', ...STATE)
    await play(
      `for (const message of ${JSON.stringify(MESSAGES)}) await notify(${socket('bad')}, message).catch(() => 0)
       await notify(${socket('bad')}, Buffer.alloc(1_000_000, 'STATUS=x\\n')).catch(() => 0)`,
    )
    // What came is handled when the next message is answered.
    await play(`await notify(${socket('bad')}, 'STATUS=after all')`)
    expect(await show(host, 'bad', ...STATE)).toEqual(before)
    expect(await host.ok('journalctl --no-pager -o cat SYSLOG_IDENTIFIER=microvm@bad | wc -c')).toMatch(
      /^\d{1,5}\n$/,
    )
  })

  test('ten thousand connections: the unit stands, and the machine beside it is answered as before', async () => {
    const before = await show(host, 'bad', ...STATE)
    const out = await play(
      `const quick = async () => { const at = performance.now(); await notify(${socket('good')}, 'STATUS=hello'); return performance.now() - at }
       const calm = []; for (let i = 0; i < 50; i++) calm.push(await quick())
       let closed = 0
       const flood = (async () => {
         for (let i = 0; i < 10_000; i++) {
           const s = connect(${socket('bad')}); s.on('error', () => 0); s.on('close', () => closed++)
           if (i % 3 === 0) s.write('STATUS=' + i); if (i % 100 === 0) await new Promise((r) => setTimeout(r, 5))
         }
       })()
       const busy = []; do busy.push(await quick()); while (closed < 9_000 && busy.length < 5_000)
       await flood
       const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
       console.log(JSON.stringify({ calm: median(calm), busy: median(busy), worst: Math.max(...busy), closed }))
       process.exit()`,
    )
    const { calm, busy, worst, closed } = JSON.parse(out) as Record<
      'calm' | 'busy' | 'worst' | 'closed',
      number
    >
    expect(closed).toBeGreaterThanOrEqual(9_000)
    // Both and the flood itself share two cores; an answer that had to wait for the flood would take a thousand times as long.
    expect(busy / calm, out).toBeLessThan(50)
    // Two machines share nothing but the CPU: this long would be a stall, not a slow moment.
    expect(worst).toBeLessThan(5_000)
    expect(await show(host, 'bad', ...STATE)).toEqual(before)
    await play(`await notify(${socket('bad')}, 'STATUS=still here')`)
    await host.until('systemctl show microvm@bad -p StatusText | grep -q "still here"', 10)
    await host.ok('systemctl stop microvm@bad microvm@good')
  })
})
