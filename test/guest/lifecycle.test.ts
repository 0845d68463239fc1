import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openRig } from '../rig/microvm-rig.ts'
import { guest, unit } from './definitions.ts'

test('up returns when the guest is ready; ps, wait and logs tell; reboot is ready again; down is graceful', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('hello'))
  const up = await rig.run(['up', '-d'], 200)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  const kinds = rig.events('hello').map((event) => event.kind)
  expect(kinds.indexOf('guest-ready')).toBeGreaterThan(kinds.indexOf('guest-hello'))
  expect(rig.events('hello')).toContainEqual(
    expect.objectContaining({ kind: 'guest-unit', unit: 'basic.target', active: true }),
  )

  const ps = JSON.parse((await rig.run(['ps', '--json'])).stdout) as unknown
  expect(JSON.stringify(ps)).toMatch(/"status":"ready"/)
  expect(await rig.run(['wait', 'hello', '--for', 'ready', '--timeout', '5s'])).toMatchObject({ exitCode: 0 })
  expect(await rig.run(['up', '-d'])).toMatchObject({ exitCode: 0 })

  const second = await rig.run(['run', 'hello'])
  expect(second.exitCode).toBe(5)
  expect(second.stderr).toContain('MACHINE_ALREADY_RUNNING')

  const console = await rig.console('hello')
  console.type('\r')
  await console.expect('login:')
  console.type('root\r')
  await console.expect('# ')
  console.type('echo mark-$((40+2)); systemctl reboot\r')
  await console.expect('mark-42')
  await rig.event('hello', (event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2, 120)
  expect(rig.record('hello')).toMatchObject({ state: 'ready', boots: 2 })
  expect((await rig.run(['logs', 'hello', '--tail', '2000'])).stdout).toContain('mark-42')

  const down = await rig.run(['down'], 120)
  expect(down, down.stderr).toMatchObject({ exitCode: 0 })
  expect(rig.record('hello')).toMatchObject({ state: 'stopped', outcome: 'graceful', failure: null })
  expect(
    rig.events('hello').some((event) => event.kind === 'guest-shutdown' && event.how === 'poweroff'),
  ).toBe(true)
  expect(rig.processes()).toEqual([])
  expect(rig.runFiles('hello')).toEqual([])
})

test('a machine is not ready before its slow unit has ended; poweroff in the guest ends it with success', async () => {
  await using rig = openRig()
  rig.write(
    'microvm.toml',
    guest('slow', '', unit('slow', 'Type=oneshot\nExecStart=sh -c "sleep 8; echo slow-done >/dev/console"')),
  )
  const run = rig.start('run', 'slow')
  const multiUser = await rig.event(
    'slow',
    (event) => event.kind === 'guest-unit' && event.unit === 'basic.target',
    90,
  )
  const ready = await rig.event('slow', (event) => event.kind === 'guest-ready', 120)
  expect(Date.parse(ready.at) - Date.parse(multiUser.at)).toBeGreaterThan(6000)
  expect(readFileSync(`${rig.folder}/state/slow/console.log`, 'utf8')).toContain('slow-done')

  const console = await rig.console('slow')
  console.type('\r')
  await console.expect('login:')
  console.type('root\r')
  await console.expect('# ')
  console.type('systemctl poweroff\r')
  expect(await run.finished).toMatchObject({ exitCode: 0 })
  expect(rig.record('slow')).toMatchObject({ state: 'stopped', outcome: 'graceful', failure: null })
  expect(rig.processes()).toEqual([])
})

test('emergency mode is not ready: start fails with the reason, and the guest is shut down', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('broken', 'kernelParams = ["systemd.unit=emergency.target"]'))
  const up = await rig.run(['up', '-d'], 200)
  expect(up.exitCode).toBe(1)
  expect(up.stderr).toContain('GUEST_EMERGENCY')
  expect(rig.events('broken').some((event) => event.kind === 'guest-ready')).toBe(false)
  expect(rig.record('broken')).toMatchObject({ state: 'failed', failure: { code: 'GUEST_EMERGENCY' } })
  expect(rig.processes()).toEqual([])
})

test('a guest that never says READY=1 fails in its time, with what it was waiting for', async () => {
  await using rig = openRig()
  rig.write(
    'microvm.toml',
    guest(
      'never',
      'startTimeout = "10s"\nstartTimeoutMax = "14s"\nstopTimeout = "20s"',
      unit('never', 'Type=oneshot\nTimeoutStartSec=infinity\nExecStart=sleep infinity'),
    ),
  )
  const up = await rig.run(['up', '-d'], 250)
  expect(up.exitCode).toBe(124)
  expect(up.stderr).toContain('GUEST_NOT_READY_IN_TIME')
  expect(up.stderr).toMatch(/never\.service|READY=1 did not come/)
  expect(rig.processes()).toEqual([])
})

test('a volume keeps its data over restarts, another is swapped on; a secret reaches the guest and no command line', async () => {
  await using rig = openRig()
  const volume =
    '[[machines.NAME.volumes]]\nimage = "data.img"\nsize = "64M"\nmountPoint = "/data"\n[[machines.NAME.volumes]]\nimage = "swap.img"\nsize = "64M"\nfsType = "swap"\n[machines.NAME.credentials]\ntoken = "s3cret-value"\n'
  rig.write('microvm.toml', guest('store', '', volume))
  for (const round of [1, 2]) {
    const up = await rig.run(['up', '-d'], 200)
    expect(up, up.stderr).toMatchObject({ exitCode: 0 })
    expect(rig.processes().some(({ args }) => args.includes('s3cret'))).toBe(false)
    const console = await rig.console('store')
    console.type('\r')
    await console.expect('login:')
    console.type('root\r')
    await console.expect('# ')
    console.type(
      `echo round >> /data/rounds; echo rounds=$(wc -l < /data/rounds) token=$(systemd-creds --system cat token)= swap=$(swapon --noheadings --bytes --show=SIZE)=\r`,
    )
    // The first page of a swap area is its header.
    await console.expect(`rounds=${round} token=s3cret-value= swap=${64 * 2 ** 20 - 4096}=`)
    console.close()
    expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })
  }
  for (const name of ['record.json', 'events.jsonl', 'vmm.log'])
    expect(readFileSync(`${rig.folder}/state/store/${name}`, 'utf8')).not.toContain('s3cret')
  expect(existsSync(`${rig.folder}/run/store`)).toBe(false)
})
