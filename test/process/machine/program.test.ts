import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { STORIES } from '../../fakes/guest-simulator.ts'
import { mayMount } from '../may-mount.ts'
import { FAKES } from './engine.ts'
import { openProgram } from './program.ts'

const isReady = (event: { kind: string }): boolean => event.kind === 'guest-ready'
const MANAGER = join(FAKES, 'fake-manager.pl')

if (!mayMount)
  console.warn('SKIPPED: full disks, because this user may not mount in a namespace (unshare -m)')

describe.concurrent('microvm run', () => {
  test('SIGTERM stops the guest gracefully; the run directory and every process are gone', async ({ expect }) => {
    await using program = openProgram()
    const run = program.start(['run', 'web'])
    await program.event(isReady)
    run.child.kill('SIGTERM')
    const { exit, err } = await run.ended
    expect(exit, err).toBe(0)
    await program.gone()
    expect(existsSync(program.places.run)).toBe(false)
    expect(program.record()).toMatchObject({ state: 'stopped', outcome: 'graceful' })
  }) // prettier-ignore

  test('SIGTERM at moments of the start of the real process leaves nothing', async ({ expect }) => {
    await using program = openProgram()
    for (const delay of [0, 60, 120, 180, 240, 300, 350, 400, 450, 500, 600, 800]) {
      const run = program.start(['run', 'web'])
      await sleep(delay)
      run.child.kill('SIGTERM')
      const { exit, signal, err } = await run.ended
      // Before the handler is there, the signal ends the process before it has begun anything.
      expect([0, 'SIGTERM'], err).toContain(signal ?? exit)
      await program.gone()
      expect(existsSync(program.places.run), `after ${delay} ms`).toBe(false)
      if (existsSync(program.places.lock)) execFileSync('flock', ['-n', program.places.lock, 'true'])
    }
  })

  test('kill -9 of the supervisor takes VMM and helpers along; the next start says what it cleaned', async ({
    expect,
  }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    first.child.kill('SIGKILL')
    await program.gone()
    expect(JSON.parse((await program.run('ps', '--all', '--json')).out)).toMatchObject([
      { name: 'web', status: 'failed' },
    ])
    const second = program.start(['run', 'web'])
    await program.event((event) => event.kind === 'run' && event.pid === second.child.pid)
    await program.event(isReady)
    expect(program.events()).toContainEqual(
      expect.objectContaining({ kind: 'cleaned', what: expect.stringContaining('vsock.sock') }),
    )
    second.child.kill('SIGTERM')
    expect(await second.ended).toMatchObject({ exit: 0 })
  })

  test('a second supervisor ends with 5 and names the first', async ({ expect }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    const second = await program.run('run', 'web')
    expect(second.exit).toBe(5)
    expect(second.err).toContain('MACHINE_ALREADY_RUNNING')
    expect(second.err).toContain(`pid ${first.child.pid}`)
    expect(await program.run('down', 'web')).toMatchObject({ exit: 0 })
    expect(await first.ended).toMatchObject({ exit: 0 })
  })

  test('what is missing is told at once, with its place in the definition, before anything starts', async ({
    expect,
  }) => {
    await using program = openProgram(
      [
        'tpm = { socket = "tpm.sock" }',
        'shares = [{ tag = "data", source = "no-such-folder", mountPoint = "/data" }]',
        'interfaces = [{ type = "tap", id = "mvt-none" }]',
      ].join('\n'),
    )
    rmSync(join(program.folder, 'vmlinuz'))
    const { exit, err } = await program.run('run', 'web')
    expect(exit, err).toBe(4)
    for (const line of ['vmlinuz', 'no-such-folder', 'mvt-none', 'tpm.sock', 'microvm.toml:3:'])
      expect(err).toContain(line)
    expect(program.events()).toEqual([])
    expect((await program.run('up', '-d')).err).toContain('no-such-folder')
    expect(existsSync(program.places.state)).toBe(false)
  })

  test('a second signal ends the guest’s time', async ({ expect }) => {
    await using program = openProgram('stopTimeout = "10m"')
    program.script({ guest: { down: [] } })
    const run = program.start(['run', 'web'])
    await program.event(isReady)
    run.child.kill('SIGTERM')
    await program.event((event) => event.kind === 'stop-step')
    run.child.kill('SIGINT')
    expect(await run.ended).toMatchObject({ exit: 7 })
    expect(program.record()).toMatchObject({ outcome: 'forced' })
  })

  test('restart = "on-failure": a VMM that crashes is back, and a down while it waits is heard', async ({ expect }) => {
    await using program = openProgram('restart = "on-failure"')
    const crash = { guest: { boots: [[...(STORIES['boot'] ?? []), { vmm: 1 as const }]] } }
    program.script(crash)
    const run = program.start(['run', 'web'])
    await program.until(
      () => (existsSync(program.places.record) && program.record().restartAt !== null && program.events().some((event) => event.kind === 'restarting' && event.inMs > 4_000) ? true : undefined),
      'a long pause',
    )
    expect(await program.run('down', 'web')).toMatchObject({ exit: 0 })
    expect(await run.ended).toMatchObject({ exit: 0 })
    await program.gone()
  }) // prettier-ignore
})

describe.concurrent.for(['descriptor', 'socket'] as const)('the host’s service manager, by %s', (way) => {
  test('hears READY once, the guest’s progress, an extended timeout, and the stop', async ({ expect }) => {
    await using program = openProgram()
    const boot = STORIES['boot'] ?? []
    program.script({ guest: { boots: [[...boot, { until: 'reboot' }, { vmm: 'reboot' }], boot] } })
    const socket = join(program.folder, 'notify')
    const run = program.start(['run', 'web'], ['perl', MANAGER, way, socket])
    await program.event(isReady)
    program.signal('reboot')
    await program.event((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2)
    // To the manager, which hands it on: it is the parent, as a service manager is.
    run.child.kill('SIGTERM')
    const { out, err } = await run.ended
    const heard = out.split('\n').filter((line) => line.startsWith('notify '))
    const ready = heard.filter((line) => line.includes('READY=1'))
    expect(ready, err).toEqual(['notify READY=1 | STATUS=guest: ready'])
    const extended = heard.findIndex((line) => /^notify EXTEND_TIMEOUT_USEC=\d+$/.test(line))
    expect(extended).toBeGreaterThanOrEqual(0)
    expect(extended).toBeLessThan(heard.indexOf(ready[0] ?? ''))
    expect(heard.findIndex((line) => line.includes('STOPPING=1'))).toBeGreaterThan(
      heard.indexOf(ready[0] ?? ''),
    )
    expect(out).not.toMatch(/MAINPID|X_SYSTEMD/)
    expect(out).toContain('ended 0')
    // No child may speak for the unit.
    await program.gone()
  })
})

test('the host’s service manager hears that a guest kept in emergency mode takes its time, beyond any timeout', async ({
  expect,
}) => {
  await using program = openProgram('onEmergency = "keep"\nstartTimeout = 1.5\nstartTimeoutMax = 1.5')
  program.script({ guest: { boots: [STORIES['emergency'] ?? []] } })
  const run = program.start(['run', 'web'], ['perl', MANAGER, 'descriptor', join(program.folder, 'notify')])
  await program.event((event) => event.kind === 'state' && event.to === 'emergency')
  // Nothing happens any more; with nothing to hear, systemd would end the start.
  await sleep(11_000)
  run.child.kill('SIGTERM')
  const { out } = await run.ended
  const heard = out.split('\n').filter((line) => line.startsWith('notify '))
  const emergency = heard.indexOf('notify STATUS=guest: in emergency mode: Ready.')
  const stopping = heard.findIndex((line) => line.includes('STOPPING=1'))
  const kept = heard.slice(emergency + 1, stopping)
  expect(kept.length).toBeGreaterThanOrEqual(1)
  expect(kept.length).toBeLessThanOrEqual(3)
  for (const line of kept) expect(line).toMatch(/^notify EXTEND_TIMEOUT_USEC=\d+$/)
  expect(heard.join('\n')).not.toContain('READY=1')
})

describe.skipIf(!mayMount)('full disks', () => {
  const inside = (script: string): string[] => ['unshare', '-m', 'sh', '-c', `${script}; exec "$@"`, 'sh']

  test('a volume that does not fit is DISK_FULL, says what to do, and leaves nothing', async ({ expect }) => {
    await using program = openProgram('volumes = [{ image = "data.img", size = "64M", mountPoint = "/data" }]')
    const mount = `mount -t tmpfs -o size=256k,mode=700 tmpfs ${program.folder}/s`
    const keep = `${program.folder}/kept`
    const { exit, err } = await program.start(['run', 'web'], [
      'unshare', '-m', 'sh', '-c', `${mount}; "$@"; status=$?; ls ${program.folder}/s/web/volumes > ${keep}; exit $status`, 'sh',
    ]).ended
    expect(exit, err).toBe(1)
    expect(err).toContain('DISK_FULL')
    expect(err).toContain('Free some space')
    expect(readFileSync(keep, 'utf8')).toBe('')
  }) // prettier-ignore

  test('a machine goes on when its events cannot be written, writes its record where the old one was, and stops as ever', async ({
    expect,
  }) => {
    await using program = openProgram()
    program.script({
      guest: {
        boots: [[...(STORIES['boot'] ?? []), { until: 'full' }, { console: 'x'.repeat(1000), times: 100 }, 'STATUS=still here', { until: 'room' }, 'STATUS=room again']], // prettier-ignore
      },
    })
    const run = program.start(
      ['run', 'web'],
      inside(`mount -t tmpfs -o size=256k,mode=700 tmpfs ${program.folder}/s`),
    )
    // The state directory as the supervisor sees it.
    const state = `/proc/${run.child.pid}/root${program.places.state}`
    const events = () => program.events(`${state}/events.jsonl`)
    await program.until(() => events().find(isReady), 'ready')
    const filler = `${state}/filler`
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=4k 2>/dev/null; true`])
    expect(statSync(filler).size).toBeGreaterThan(0)
    program.signal('full')
    await program.until(
      () => (readFileSync(`${state}/record.json`, 'utf8').includes('"still here"') ? true : undefined),
      'the record',
    )
    execFileSync('rm', [filler])
    program.signal('room')
    await program.until(
      () => events().find((event) => event.kind === 'guest-status' && event.status === 'room again'),
      'events again',
    )
    run.child.kill('SIGTERM')
    const ended = await run.ended
    expect(ended.exit, ended.err).toBe(0)
    await program.gone()
  })

  test('a state directory without room for a record is refused before anything starts', async ({
    expect,
  }) => {
    await using program = openProgram()
    const mount = `mount -t tmpfs -o size=64k,mode=700 tmpfs ${program.folder}/s; dd if=/dev/zero of=${program.folder}/s/filler bs=4k 2>/dev/null`
    const { exit, err } = await program.start(['run', 'web'], inside(mount)).ended
    expect(exit, err).toBe(1)
    expect(err).toContain('DISK_FULL')
    expect(existsSync(program.places.run)).toBe(false)
  })
})
