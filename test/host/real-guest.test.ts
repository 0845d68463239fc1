import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeToml } from '../../src/definition/decode-toml.ts'
import { findDirectories } from '../../src/host/directories.ts'
import { resolveImage } from '../../src/images/resolve-image.ts'
import { completeDefinition } from '../../src/spec/complete.ts'
import { guest, unit } from '../guest/definitions.ts'
import { show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()

const MESSAGES = ['MAINPID=1', 'STOPPING=1', 'WATCHDOG=trigger', 'FDSTORE=1', 'RELOADING=1', 'STATUS=said']

/** Says what only PID 1 should say, then reboots once, then powers off: what its volume remembers decides. */
const EVENTFUL = [
  `for f in ${MESSAGES.join(' ')}; do NOTIFY_SOCKET=vsock-stream:2:1234 systemd-notify --no-block $$f; done`,
  'sleep 15',
  'test -e /data/rebooted && exec systemctl poweroff',
  'touch /data/rebooted',
  'sync',
  'exec systemctl reboot',
].join('; ')

const VOLUME = `[[machines.NAME.volumes]]
image = "data.img"
size = "64M"
mountPoint = "/data"
`

const REAL_KILLS = 20

const DEFINITIONS = {
  'db.toml': guest('db'),
  'shop.toml': [
    guest('store'),
    guest('web', 'after = ["store"]', unit('slow', 'Type=oneshot\nExecStart=sleep 10')),
  ].join('\n'),
  'eventful.toml': guest(
    'eventful',
    '',
    VOLUME + unit('eventful', `Type=simple\nExecStart=sh -c "${EVENTFUL}"`),
  ),
  'trio.toml': ['one', 'two', 'three'].map((name) => guest(name)).join('\n'),
  'victim.toml': guest('victim', '', VOLUME),
  'broken.toml': guest('broken', 'kernelParams = ["systemd.unit=emergency.target"]\nstopTimeout = "10s"'),
}

/** Folder of the image all guests have; built when it is not there. */
const imageFolder = async (): Promise<string> => {
  const decoded = decodeToml(DEFINITIONS['db.toml'], 'db.toml')
  const specs = decoded.ok ? completeDefinition(decoded.value, { file: 'db.toml', folder: '/' }) : decoded
  const image = specs.ok ? specs.value[0]?.image : undefined
  if (image === undefined) throw new Error('the definition of the guests is wrong')
  const files = await resolveImage(image, {
    cache: findDirectories(process.env, 0).cache,
    env: process.env,
    signal: AbortSignal.timeout(600_000),
    build: true,
    rebuild: false,
    report: () => undefined,
  })
  if (files === undefined) throw new Error('the image was not built')
  return dirname(files.kernel)
}

describe.skipIf(lacking !== undefined)('real guests as units', () => {
  let host: SystemdHost
  beforeAll(async () => {
    const folder = await imageFolder()
    host = await startHost({ binds: [`${folder}:/var/cache/microvm/images/${folder.split('/').at(-1)}`] })
    await host.ok('microvm host install')
    for (const [name, text] of Object.entries(DEFINITIONS)) host.write(`/etc/microvm/${name}`, text)
    await host.ok('systemctl daemon-reload')
  }, 700_000)
  afterAll(() => host[Symbol.asyncDispose]())

  const nothingRuns = async (): Promise<void> =>
    expect(await host.ok('pgrep -a "qemu-system|vhost-device" || true')).toBe('')

  const events = async (machine: string): Promise<{ kind: string; at: string; [key: string]: unknown }[]> =>
    (await host.ok(`cat /var/lib/microvm/${machine}/events.jsonl`))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  test('start returns at READY, not before; "after" waits for the other guest; the status tells of the guest', async () => {
    const starting = host.ok('systemctl start microvm@web', 400)
    await host.until('systemctl show microvm@store -p StatusText | grep -q "guest: "', 120)
    expect(await show(host, 'store', 'ActiveState')).toEqual({ ActiveState: 'activating' })
    expect(await show(host, 'web', 'ActiveState')).toEqual({ ActiveState: 'inactive' })
    await starting
    const all = await events('web')
    const at = (matches: (event: (typeof all)[number]) => boolean): number =>
      Date.parse(all.find(matches)?.at ?? '')
    const ready = at((event) => event.kind === 'guest-ready')
    expect(ready - at((event) => event['unit'] === 'basic.target')).toBeGreaterThan(9_000)
    const active = Number(
      await host.ok(
        'date +%s%3N -d "$(systemctl show microvm@web -p ActiveEnterTimestamp --value --timestamp=us)"',
      ),
    )
    expect(active).toBeGreaterThanOrEqual(ready - 5)
    const storeReady = (await events('store')).find((event) => event.kind === 'guest-ready')
    const webRun = all.find((event) => event.kind === 'run')
    expect(Date.parse(webRun?.at ?? '')).toBeGreaterThan(Date.parse(storeReady?.at ?? ''))
  }, 500_000)

  test('TERM to the whole control group: the guest shuts down cleanly, and the helpers go after the VMM', async () => {
    await host.ok('systemctl kill --kill-whom=all --signal=TERM microvm@web')
    await host.until('systemctl show microvm@web -p ActiveState | grep -qx ActiveState=inactive', 90)
    expect(await show(host, 'web', 'Result')).toEqual({ Result: 'success' })
    const all = await events('web')
    const kinds = all.map((event) => event.kind)
    expect(all).toContainEqual(expect.objectContaining({ kind: 'guest-shutdown', how: 'poweroff' }))
    expect(all).toContainEqual(expect.objectContaining({ kind: 'stopped', outcome: 'graceful' }))
    expect(kinds.indexOf('vmm-exited')).toBeLessThan(
      all.findIndex((event) => event.kind === 'stop-step' && event['step'] === 'sidecars'),
    )
    await host.ok('systemctl stop microvm@store', 120)
    expect(await host.ok('cat /var/lib/microvm/web/console.log | tr -d "\\r" | tail -n 30')).toMatch(
      /Power down|Powering off|reboot: /,
    )
  }, 200_000)

  test('messages of root in the guest move nothing; a reboot keeps the unit; poweroff ends it in success', async () => {
    await host.ok('systemctl start microvm@eventful', 400)
    const properties = ['MainPID', 'ActiveEnterTimestampMonotonic', 'WatchdogUSec', 'NotifyAccess']
    const before = await show(host, 'eventful', ...properties)
    const log = '/var/lib/microvm/eventful/events.jsonl'
    await host.until(`grep -q '"status":"said"' ${log}`, 60)
    expect(await show(host, 'eventful', ...properties, 'ActiveState')).toEqual({
      ...before,
      ActiveState: 'active',
    })

    await host.until(`grep -q '"to":"rebooting"' ${log}`, 120)
    expect(await show(host, 'eventful', 'ActiveState')).toEqual({ ActiveState: 'active' })
    expect((await show(host, 'eventful', 'StatusText'))['StatusText']).not.toMatch(/ready/i)
    await host.until(`grep -q '"boot":2,"kind":"guest-ready"' ${log}`, 300)
    expect(await show(host, 'eventful', ...properties, 'ActiveState')).toEqual({
      ...before,
      ActiveState: 'active',
    })
    // At most one status a second goes to systemd.
    await host.until('systemctl show microvm@eventful -p StatusText | grep -qi "guest: ready"', 10)

    await host.until('systemctl show microvm@eventful -p ActiveState | grep -qx ActiveState=inactive', 180)
    expect(await show(host, 'eventful', 'Result', 'NRestarts')).toEqual({ Result: 'success', NRestarts: '0' })
  }, 900_000)

  test('a guest in emergency mode: start fails, with the reason in the status', async () => {
    const { code, stderr } = await host.sh('microvm start broken', 400)
    expect(stderr).toContain('GUEST_EMERGENCY')
    expect(code).toBe(1)
    expect((await host.sh('systemctl status --no-pager microvm@broken')).stdout).toMatch(/emergency/)
    await host.ok('systemctl stop microvm@broken', 120)
  }, 500_000)

  test('a VMM that dies is started again once, and the machine is ready again', async () => {
    await host.ok('systemctl start microvm@db', 400)
    await host.ok('kill -KILL $(pgrep qemu-system)')
    await host.until('test "$(systemctl show microvm@db -p NRestarts --value)" = 1', 60)
    await host.until('systemctl is-active --quiet microvm@db', 300)
    expect(await host.ok('journalctl --no-pager -o cat -u microvm@db')).toContain('VMM_CRASHED')
    const { code, stderr } = await host.sh('microvm stop db', 120)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('graceful')
    await nothingRuns()
  }, 900_000)

  test('three machines started at once: all ready, none timed out', async () => {
    const units = 'microvm@one microvm@two microvm@three'
    await host.ok(`systemctl start ${units}`, 400)
    for (const name of ['one', 'two', 'three'])
      expect(await show(host, name, 'ActiveState', 'NRestarts')).toEqual({
        ActiveState: 'active',
        NRestarts: '0',
      })
    await host.ok(`systemctl stop ${units}`, 200)
    for (const name of ['one', 'two', 'three'])
      expect(await events(name)).toContainEqual(
        expect.objectContaining({ kind: 'stopped', outcome: 'graceful' }),
      )
    await nothingRuns()
  }, 700_000)

  test('SIGKILL of supervisor, VMM or vsock helper at any of twenty moments: nothing is left, and its volume is whole', async () => {
    await host.ok('mkdir -p /run/systemd/system/microvm@victim.service.d')
    host.write(
      '/run/systemd/system/microvm@victim.service.d/once.conf',
      '[Service]\nRestart=no\n[Unit]\nStartLimitIntervalSec=0\n',
    )
    await host.ok('systemctl daemon-reload')
    const cgroup = '/sys/fs/cgroup/machine.slice/microvm@victim.service/cgroup.procs'
    let killed = 0
    const victims = ['microvm.mjs run victim', 'qemu-system', 'vhost-device-vsock']
    for (let round = 0; round < REAL_KILLS; round++) {
      const victim = victims[round % victims.length] ?? ''
      const delay = (Math.random() * 16).toFixed(1)
      const out = await host.ok(
        `systemctl reset-failed microvm@victim 2>/dev/null
         systemctl start --no-block microvm@victim; sleep ${delay}
         for pid in $(cat ${cgroup}); do
           if tr '\\0' ' ' < /proc/$pid/cmdline | grep -qF '${victim}'; then kill -KILL $pid; echo killed; fi
         done
         sleep 0.1; timeout 100 systemctl stop microvm@victim; systemctl show -p ActiveState --value microvm@victim`,
        180,
      )
      expect(out, `round ${round}: ${victim} after ${delay} s`).toMatch(/(inactive|failed)\n$/)
      if (out.includes('killed')) killed += 1
      await nothingRuns()
      expect(await host.ok('find /run/microvm -mindepth 1')).toBe('')
    }
    expect(killed).toBeGreaterThan(REAL_KILLS / 2)
    await host.ok('systemctl reset-failed microvm@victim 2>/dev/null; systemctl start microvm@victim', 400)
    await host.ok('systemctl stop microvm@victim', 120)
    await host.ok('fsck.ext4 -fn /var/lib/microvm/victim/volumes/data.img', 60)
  }, 1_800_000)
})
