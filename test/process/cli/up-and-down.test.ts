import { chownSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

let rig: CliRig
beforeEach(() => {
  rig = openCliRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const two = (): string => rig.write('microvm.toml', machine('web', 'after = ["db"]') + machine('db'))
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('up --detach', () => {
  it('starts machines in their order, returns when all are ready, and says what to type next', async () => {
    two()
    const up = await rig.cli('up', '-d')
    expect(up).toMatchObject({ exit: 0, out: '' })
    const lines = up.err.split('\n')
    const readyDb = lines.findIndex((line) => /^db +ready {2}after .* \(qemu, /.test(line))
    const startWeb = lines.findIndex((line) => /^web +starting/.test(line))
    expect(readyDb).toBeGreaterThanOrEqual(0)
    expect(startWeb).toBeGreaterThan(readyDb)
    expect(up.err).toContain('microvm console')

    const ps = await rig.cli('ps', '--json')
    expect(JSON.parse(ps.out)).toMatchObject([
      { name: 'db', status: 'ready' },
      { name: 'web', status: 'ready' },
    ])
    expect(await rig.cli('wait', 'web', '--for=running')).toMatchObject({ exit: 0 })

    const again = await rig.cli('up', '-d', '--json')
    expect(again.exit).toBe(0)
    expect(jsonLines(again.out).at(-1)).toMatchObject({
      kind: 'summary',
      machines: [
        { name: 'web', status: 'ready' },
        { name: 'db', status: 'ready' },
      ],
    })

    const logs = await rig.cli('logs', '--tail', '1')
    expect(logs.out).toMatch(/^(db|web) +│ /m)
    expect((await rig.cli('events', 'web', '--json')).out).toContain('"guest-ready"')

    const down = await rig.cli('down')
    expect(down.exit).toBe(0)
    expect(down.err).toMatch(/^web {2}stopped {2}graceful\ndb {2}stopped {2}graceful$/m)
    expect((await rig.cli('down', '--json')).out).toContain('"outcome": null')
    expect((await rig.cli('ps', '-q')).out).toBe('')
  })

  it('starts what a named machine comes after, and nothing else', async () => {
    rig.write('microvm.toml', machine('db') + machine('web', 'after = ["db"]') + machine('other'))
    expect((await rig.cli('up', '-d', 'web')).exit).toBe(0)
    expect((await rig.cli('ps', '-q')).out).toBe('db\nweb\n')
    expect((await rig.cli('down', '--all')).exit).toBe(0)
  })

  it('says that a definition has changed, and restarts nothing', async () => {
    rig.write('microvm.toml', machine('web'))
    await rig.cli('up', '-d')
    const before = JSON.parse((await rig.cli('ps', '--json')).out)
    rig.write('microvm.toml', machine('web', 'mem = "1G"'))
    const up = await rig.cli('up', '-d')
    expect(up.exit).toBe(0)
    expect(up.err).toContain('its definition has changed since')
    expect(up.err).toContain('microvm down web && microvm up -d web')
    expect(JSON.parse((await rig.cli('ps', '--json')).out)[0].vmmPid).toBe(before[0].vmmPid)
  })

  it('reports a failure with its reason; its dependants are not started, the others are', async () => {
    rig.write('microvm.toml', machine('db') + machine('web', 'after = ["db"]') + machine('other'))
    rig.script('db', { vmm: { dies: 'cannot set up guest memory: Cannot allocate memory' } })
    const up = await rig.cli('up', '-d')
    expect(up.exit).toBe(1)
    expect(up.err).toMatch(/^error VMM_/m)
    expect(up.err).toContain('cannot set up guest memory')
    expect(up.err).toContain('error DEPENDENCY_FAILED  Not started: "db" did not become ready.')
    expect((await rig.cli('ps', '--json')).out).toMatch(/"name": "other",\s+"status": "ready"/)
    const json = await rig.cli('up', '-d', '--json', 'web')
    const errors = jsonLines(json.out).filter((line) => 'error' in line) as { error: { code: string } }[]
    expect(errors.map(({ error }) => error.code)).toEqual([
      expect.stringMatching(/^VMM_/),
      'DEPENDENCY_FAILED',
    ])
  })

  it('ends with 124 when a guest never becomes ready', async () => {
    rig.write('microvm.toml', machine('web').replace('"5s"', '"0.2s"'))
    rig.script('web', { guest: { boots: [[{ console: 'I hang.' }]] } })
    const up = await rig.cli('up', '-d')
    expect(up.exit).toBe(124)
    expect(up.err).toContain('GUEST_NOT_READY_IN_TIME')
  })

  it('stops waiting at Ctrl-C and lets the machine go on', async () => {
    rig.write('microvm.toml', machine('web'))
    rig.script('web', { guest: { boots: [['X_SYSTEMD_HOSTNAME=web', { until: 'go' }, 'READY=1']] } })
    const up = rig.start(['up', '-d'])
    await up.said(/web +booting/)
    up.child.kill('SIGINT')
    const { exit, err } = await up.finished
    expect(exit).toBe(130)
    expect(err).toContain('The machines that were started go on.')
    expect((await rig.cli('ps', '-q')).out).toBe('web\n')
    expect((await rig.cli('down', 'web')).exit).toBe(0)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'writes nothing where a unit of that name keeps its state',
    async () => {
      rig.write('microvm.toml', machine('web'))
      const victim = rig.write('victim', 'precious')
      mkdirSync(join(rig.folder, 's/web'), { recursive: true })
      symlinkSync(victim, join(rig.folder, 's/web/vmm.log'))
      chownSync(join(rig.folder, 's/web'), 61_234, 61_234)
      const up = await rig.cli('up', '-d')
      expect(up.exit).toBe(77)
      expect(up.err).toContain('error HOST_PERMISSION  The state directory cannot be trusted')
      expect(up.err).toContain('microvm start NAME')
      expect(readFileSync(victim, 'utf8')).toBe('precious')
    },
  )

  it('gives up after --timeout', async () => {
    rig.write('microvm.toml', machine('web').replace('"5s"', '"60s"'))
    rig.script('web', { guest: { boots: [[{ console: 'I hang.' }]] } })
    const up = await rig.cli('up', '-d', '--timeout', '1s')
    expect(up.exit).toBe(124)
    expect(up.err).toContain('WAIT_TIMEOUT')
    expect((await rig.cli('down', '--force')).exit).toBe(0)
  })
})

describe('up', () => {
  it('shows consoles under the names of machines, and stops what it started at Ctrl-C', async () => {
    two()
    const up = rig.start(['up'])
    await up.said(/web +ready/)
    await up.said(/^db +│ .*Linux version/m)
    await up.said(/^web +│ .*Linux version/m)
    up.child.kill('SIGINT')
    const { exit, err } = await up.finished
    expect(exit).toBe(130)
    expect(err).toMatch(/web +stopped {2}graceful[\s\S]*db +stopped {2}graceful/)
    expect((await rig.cli('ps', '-q')).out).toBe('')
  })

  it('ends by itself when the machines have', async () => {
    rig.write('microvm.toml', machine('web'))
    rig.script('web', {
      guest: {
        boots: [
          [
            'X_SYSTEMD_UNIT_ACTIVE=basic.target',
            'READY=1',
            { until: 'go' },
            'EXIT_STATUS=0\nX_SYSTEMD_SHUTDOWN=poweroff',
            { vmm: 'poweroff' },
          ],
        ],
      },
    })
    const up = rig.start(['up'])
    await up.said(/web +ready/)
    rig.signal('web', 'go')
    expect(await up.finished).toMatchObject({ exit: 0 })
  })
})

describe('run', () => {
  it('supervises in the foreground, and stops at SIGTERM', async () => {
    rig.write('microvm.toml', machine('web'))
    const run = rig.start(['run', 'web'])
    await run.said(/web {2}ready/)
    const second = await rig.cli('run', 'web')
    expect(second.exit).toBe(5)
    expect(second.err).toContain('MACHINE_ALREADY_RUNNING')
    run.child.kill('SIGTERM')
    expect((await run.finished).exit).toBe(0)
  })
})
