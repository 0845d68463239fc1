import { spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs' // prettier-ignore
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { identify } from '../../../src/host/proc.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import { NOTHING, openEngine } from './engine.ts'

const HELLO = ['X_SYSTEMD_HOSTNAME=web', `X_SYSTEMD_MACHINE_ID=${'5'.repeat(32)}`]
const READY = ['X_SYSTEMD_UNIT_ACTIVE=basic.target', 'READY=1\nSTATUS=Ready.']

/** `start` is what the guest may go without progress, `startMax` the whole. */
const times = (start: number, startMax = 10 * start) => ({ start, startMax, stop: 5_000, stopMax: 5_000 })

describe.concurrent('a start', () => {
  test.for(['cloud-hypervisor', 'qemu'] as const)('%s: is over when the guest says so, and the stop is graceful', async (hypervisor, { expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan({ hypervisor }))
    await run.ready()
    expect(engine.record()).toMatchObject({ state: 'ready', boots: 1, failure: null, hypervisor: { name: hypervisor } })
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful', failure: undefined })
    expect(engine.record()).toMatchObject({ state: 'stopped', outcome: 'graceful', vmm: null, helpers: [] })
    expect(engine.remains()).toEqual(NOTHING)
  }) // prettier-ignore

  test('in which nothing happens ends at its timeout, with the last target, the last status and the console', async ({
    expect,
  }) => {
    await using engine = openEngine()
    const story = [
      ...HELLO,
      'X_SYSTEMD_UNIT_ACTIVE=local-fs.target',
      'STATUS=Job data.mount/start running',
      { console: 'waiting for \u001b[31mdisk\u001b[0m data' },
    ]
    engine.script({ guest: { boots: [story] } })
    const run = engine.run(engine.plan({ times: times(5_000) }))
    const { failure, exit } = await run.ended
    expect(exit).toBe(124)
    expect(failure).toMatchObject({ code: 'GUEST_NOT_READY_IN_TIME' })
    expect(failure?.because).toContain('basic.target has not become active')
    expect(failure?.because).toContain('The last target it reached is local-fs.target.')
    expect(failure?.because).toContain('Its last status: Job data.mount/start running')
    expect(failure?.because).toContain('waiting for disk data')
    expect(engine.record()).toMatchObject({ state: 'failed', failure: { code: 'GUEST_NOT_READY_IN_TIME' } })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('goes on as long as there is progress, up to its hard limit', async ({ expect }) => {
    await using engine = openEngine()
    const steps = Array.from({ length: 40 }, (_, index) => [
      { pauseMs: 300 },
      `X_SYSTEMD_UNIT_ACTIVE=step${index}.target`,
    ]).flat()
    engine.script({ guest: { boots: [[...HELLO, ...steps, ...READY]] } })
    const run = engine.run(engine.plan({ times: times(3_000, 6_000) }))
    const { failure } = await run.ended
    const [first, last] = [run.events[0], run.events.find(({ kind }) => kind === 'failed')]
    const took = Date.parse(last?.at ?? '') - Date.parse(first?.at ?? '')
    expect(failure?.code).toBe('GUEST_NOT_READY_IN_TIME')
    expect(took).toBeGreaterThan(5_500)
    expect(took).toBeLessThan(20_000)
  })

  test('that is slow but gets further is ready, long after the time without progress', async ({ expect }) => {
    await using engine = openEngine()
    const steps = Array.from({ length: 8 }, (_, index) => [
      { pauseMs: 800 },
      `X_SYSTEMD_UNIT_ACTIVE=step${index}.target`,
    ]).flat()
    engine.script({ guest: { boots: [[...HELLO, ...steps, ...READY]] } })
    const run = engine.run(engine.plan({ times: times(5_000, 50_000) }))
    await run.ready()
    expect(engine.record().readyAfterMs).toBeGreaterThan(6_000)
  })

  test('of a VMM that dies at once says its last words, explained', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { dies: 'Failed to open hypervisor interface\nPermission denied (os error 13)' } })
    const { failure, exit, outcome } = await engine.run(engine.plan()).ended
    expect({ exit, outcome }).toEqual({ exit: 6, outcome: 'crashed' })
    expect(failure).toMatchObject({
      code: 'KVM_UNUSABLE',
      message: 'cloud-hypervisor cannot use KVM on this host.',
    })
    expect(failure?.because).toContain('exit status 1')
    expect(failure?.because).toContain('Failed to open hypervisor interface')
    expect(readFileSync(engine.places.vmmLog, 'utf8')).toContain('Failed to open hypervisor interface')
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('of a VMM that ends with 0 and without a word has failed', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { exits: 0 } })
    const { failure, exit } = await engine.run(engine.plan()).ended
    expect(exit).toBe(1)
    expect(failure?.code).toBe('GUEST_POWERED_OFF_BEFORE_READY')
    expect(engine.record()).toMatchObject({ state: 'failed' })
  })

  test.for([
    ['vm.create', ['Error from API', 'The VM could not be created', 'Failed to validate config', 'CPU count is 0'], 'VMM_START_FAILED', 'cloud-hypervisor refuses the machine: CPU count is 0.'],
    ['vm.boot', ['Error from API', 'The VM could not boot', 'Error from device manager', 'Cannot create virtio-blk device', 'Failed to get Write lock for disk image: /d/disk.img', 'Another process likely holds a lock'], 'DISK_IN_USE', 'The disk image /d/disk.img is locked by another virtual machine.'],
  ] as const)('that is refused by %s shows the whole chain and what it means', async ([endpoint, chain, code, message], { expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { refuses: { [endpoint]: chain } } })
    const { failure } = await engine.run(engine.plan()).ended
    expect(failure).toMatchObject({ code, message })
    for (const line of chain) expect(failure?.because).toContain(line)
    expect(engine.remains()).toEqual(NOTHING)
  }) // prettier-ignore

  test.for([
    ['qemu', { extraArgs: { qemu: ['-pflash', '/srv/vars.fd'] } }, { dies: "Could not open '/srv/vars.fd': No such file or directory" }],
    ['cloud-hypervisor', { extraConfig: { 'cloud-hypervisor': { disks: [{ path: '/srv/more.img' }] } } }, { refuses: { 'vm.boot': ['Error from device manager', 'I/O error (path=/srv/more.img op=open)', 'No such file or directory (os error 2)'] } }],
  ] as const)('%s: that could not open what extra arguments name says in a unit, and only there, how the unit comes to it', async ([hypervisor, extra, vmm], { expect }) => {
    await using engine = openEngine()
    engine.script({ vmm })
    const plan = engine.plan({ hypervisor, ...extra })
    const inUnit = await engine.run(plan, { MICROVM_UNIT: 'microvm@web.service' }).ended
    expect(inUnit.failure?.code).toBe('FILE_MISSING')
    expect(inUnit.failure?.fix).toContain('machines.web.unit.paths or machines.web.unit.devices')
    const byUp = await engine.run(plan).ended
    expect(byUp.failure?.code).toBe('FILE_MISSING')
    expect(byUp.failure?.fix).not.toContain('unit.paths')
  }) // prettier-ignore

  test('in which settings are dropped without a word is refused before the machine boots', async ({
    expect,
  }) => {
    await using engine = openEngine()
    engine.script({ vmm: { forgets: ['platform.oem_strings', 'pvpanic'] } })
    const run = engine.run(engine.plan())
    const { failure } = await run.ended
    expect(failure?.code).toBe('CAPABILITY_MISSING')
    expect(failure?.message).toContain('pvpanic')
    expect(failure?.message).toContain('platform.oem_strings')
    expect(run.events.some(({ kind }) => kind === 'vmm-booted')).toBe(false)
  })

  test('that hangs in vm.boot is stopped all the same', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { deafTo: ['vm.boot'] } })
    const run = engine.run(engine.plan())
    await run.event(({ kind }) => kind === 'vmm-started')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'forced' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('that hangs in vm.boot has the time of the start, and no more', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { deafTo: ['vm.boot'] } })
    const times = { start: 1_000, startMax: 2_000, stop: 2_000, stopMax: 4_000 }
    const { failure } = await engine.run(engine.plan({ times })).ended
    expect(failure?.code).toBe('GUEST_NOT_READY_IN_TIME')
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('hears the events that are whole among torn ones', async ({ expect }) => {
    await using engine = openEngine()
    const torn =
      '{\n  "timestamp": {\n    "secs": 1,\n    "nanos": 2\n  },\n  "source": "vm",\n  "event": "boo'
    const story = [...HELLO, { events: `garbage\n\n\u0000\n\n[1]\n\n${torn}` }, { vmm: 'panic' as const }]
    engine.script({ guest: { boots: [story] } })
    const { failure } = await engine.run(engine.plan()).ended
    expect(failure?.code).toBe('GUEST_PANIC')
  })

  test('a kernel panic is told with the console', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[...HELLO, { console: 'Kernel panic - not syncing: Attempted to kill init!' }, { vmm: 'panic' }]] } }) // prettier-ignore
    const { failure, outcome } = await engine.run(engine.plan()).ended
    expect(failure?.code).toBe('GUEST_PANIC')
    expect(failure?.because).toContain('Attempted to kill init')
    expect(outcome).toBe('forced')
    expect(engine.remains()).toEqual(NOTHING)
  })

  test.for([
    ['is killed', 'kill', 'VMM_CRASHED', 'signal SIGKILL'],
    ['ends with 1', 1, 'VMM_CRASHED', 'exit status 1'],
    ['ends with 0 and the guest had said nothing', 0, 'VMM_CRASHED', 'had not said'],
  ] as const)('after it a VMM that %s has crashed', async ([, vmm, code, because], { expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[...(STORIES['boot'] ?? []), { until: 'go' }, { vmm }]] } })
    const run = engine.run(engine.plan())
    await run.ready()
    engine.signal('go')
    const { failure, outcome, exit } = await run.ended
    expect({ outcome, exit }).toEqual({ outcome: 'crashed', exit: 1 })
    expect(failure?.code).toBe(code)
    expect(failure?.because).toContain(because)
    expect(engine.record()).toMatchObject({ state: 'failed', outcome: 'crashed' })
    expect(engine.remains()).toEqual(NOTHING)
  }) // prettier-ignore

  test('after it a poweroff in the guest is an end with success', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[...(STORIES['poweroff'] ?? []), { vmm: 'poweroff' }]] } })
    const run = engine.run(engine.plan())
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful', failure: undefined })
    expect(run.events.map(({ kind }) => kind)).toContain('guest-ready')
  })

  test('of a machine that lacks things is refused before anything begins, with all that it lacks', async ({
    expect,
  }) => {
    await using engine = openEngine()
    rmSync(join(engine.folder, 'images/vmlinuz'))
    const share = {
      id: 'fs0',
      tag: 'data',
      source: join(engine.folder, 'no-such-folder'),
      mountPoint: undefined,
      readOnly: false,
      cache: 'auto' as const,
      posixAcl: false,
      xattr: false,
      extraArgs: [],
      socket: undefined,
      queueSize: 1024,
      pciSegment: 0,
      iommu: false,
    }
    const tap = {
      id: 'net0',
      type: 'tap' as const,
      name: 'mvt-no-such',
      mac: '02:00:00:00:00:01',
      mtu: undefined,
      queuePairs: 1,
      queueSize: 256,
      offload: true,
      socket: undefined,
      forwardPorts: [],
      rateLimit: undefined,
      pciSegment: 0,
      iommu: false,
    }
    const plan = engine.plan({
      shares: [share],
      interfaces: [tap],
      tpmSocket: join(engine.folder, 'tpm.sock'),
      credentials: [{ name: 'token', from: { kind: 'file', path: join(engine.folder, 'token') } }],
    })
    const run = engine.run(plan)
    const { failure, exit } = await run.ended
    expect(exit).toBe(4)
    const told = failure?.problems.map(({ at }) => at.slice(2).join('.'))
    expect(told).toEqual([
      'image.kernel',
      'shares.0.source',
      'interfaces.0.id',
      'tpm.socket',
      'credentials.token',
    ])
    for (const problem of failure?.problems ?? []) expect(problem.fix).not.toBe('')
    expect(
      run.events.some(({ kind }) => kind === 'vmm-started' || kind === 'sidecar-started' || kind === 'step'),
    ).toBe(false)
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('in a run directory of somebody else, or behind a link, is refused and nothing there is touched', async ({
    expect,
  }) => {
    await using engine = openEngine()
    const precious = join(engine.folder, 'precious')
    mkdirSync(precious)
    writeFileSync(join(precious, 'file'), 'x')
    symlinkSync(precious, engine.places.run)
    await expect(engine.run(engine.plan()).ended).rejects.toMatchObject({ code: 'HOST_PERMISSION' })
    expect(existsSync(join(precious, 'file'))).toBe(true)
    rmSync(engine.places.run)
    chmodSync(join(engine.folder, 'r'), 0o777)
    await expect(engine.run(engine.plan()).ended).rejects.toMatchObject({ code: 'HOST_PERMISSION' })
    chmodSync(join(engine.folder, 'r'), 0o700)
    const run = engine.run(engine.plan())
    await run.ready()
  })

  // A file of another user can be made by root only.
  test.skipIf(process.getuid?.() !== 0)(
    'in a state directory of somebody else is refused: none of its links is followed, none of its processes killed',
    async ({ expect }) => {
      await using engine = openEngine()
      const victim = join(engine.folder, 'victim')
      writeFileSync(victim, 'precious')
      const other = spawn('sleep', ['60'], { stdio: 'ignore' })
      try {
        const first = engine.run(engine.plan())
        await first.ready()
        const record = engine.record()
        first.stop()
        await first.ended
        const vmm = identify(other.pid ?? 0) ?? null
        writeFileSync(engine.places.record, JSON.stringify({ ...record, vmm }))
        for (const path of [engine.places.consoleLog, `${engine.places.record}.new`, engine.places.vmmLog]) {
          rmSync(path, { force: true })
          symlinkSync(victim, path)
        }
        chownSync(engine.places.state, 61_234, 61_234)
        await expect(engine.run(engine.plan()).ended).rejects.toMatchObject({
          code: 'HOST_PERMISSION',
          message: expect.stringContaining(engine.places.state),
        })
        expect(readFileSync(victim, 'utf8')).toBe('precious')
        expect(identify(other.pid ?? 0)).toEqual(vmm)
      } finally {
        other.kill('SIGKILL')
      }
    },
  )

  test('follows no link where it writes, in a directory of its own either', async ({ expect }) => {
    await using engine = openEngine()
    const victim = join(engine.folder, 'victim')
    writeFileSync(victim, 'precious')
    mkdirSync(engine.places.state, { recursive: true, mode: 0o700 })
    symlinkSync(victim, `${engine.places.record}.new`)
    for (const path of [engine.places.lock, engine.places.consoleLog, engine.places.vmmLog]) {
      rmSync(path, { force: true })
      symlinkSync(victim, path)
      await expect(engine.run(engine.plan()).ended).rejects.toMatchObject({
        message: expect.stringContaining(path),
      })
      rmSync(path)
    }
    const run = engine.run(engine.plan())
    await run.ready()
    run.stop()
    await run.ended
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })
})
