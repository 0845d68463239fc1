import { describe, test } from 'vitest'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { openEngine } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []
const PANIC: readonly Step[] = [
  { console: '[    1.205000] VFS: Cannot open root device "vda" or unknown-block(0,0): error -6' },
  {
    console: '[    1.210000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
  },
  // The reason comes first, and what follows must not push it out.
  { console: '[    1.300000]  kernel_init+0x1a/0x130', times: 30 },
]
const times = { start: 60_000, startMax: 120_000, stop: 600_000, stopMax: 600_000 }

describe.concurrent('a start that leads nowhere', () => {
  test('ends with the lines of the panic that its console shows', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [PANIC] } })
    const { failure } = await engine.run(engine.plan({ times })).ended
    expect(failure).toMatchObject({
      code: 'GUEST_PANIC',
      because: expect.stringContaining('Unable to mount root'),
    })
    expect(failure?.because).toContain('Cannot open root device')
  })

  test('ends after the third reset without a word of PID 1', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[{ pauseMs: 500 }, { vmm: 'reboot' }]] } })
    const { failure } = await engine.run(engine.plan({ hypervisor: 'qemu', times })).ended
    expect(failure).toMatchObject({ code: 'GUEST_BOOT_LOOP', message: expect.stringContaining('3 times') })
  })

  test('ends when the boot is over without its target, with the units that failed', async ({ expect }) => {
    await using engine = openEngine()
    const failed: Step = { console: '[\u001b[0;1;31mFAILED\u001b[0m] Failed to start db.service - Database.' }
    engine.script({ guest: { boots: [[failed, ...BOOT]] } })
    const ready = { kind: 'target', unit: 'serving.target' } as const
    const { failure } = await engine.run(engine.plan({ ready, times })).ended
    expect(failure).toMatchObject({
      code: 'GUEST_CANNOT_BE_READY',
      because: expect.stringContaining('Failed to start db.service - Database.'),
    })
  })
})

describe.concurrent('what any process of a ready guest can do', () => {
  test('a panic that somebody writes on the console ends nothing', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({
      guest: { boots: [[...BOOT, { until: 'lie' }, ...PANIC, { pauseMs: 5_000 }, 'STATUS=alive']] },
    })
    const run = engine.run(engine.plan({ times }))
    await run.ready()
    engine.signal('lie')
    await run.event((event) => event.kind === 'guest-status' && event.status === 'alive')
    expect(run.events.some(({ kind }) => kind === 'console-panic')).toBe(true)
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
  })

  test('a forged emergency mode does not shorten the stop', async ({ expect }) => {
    await using engine = openEngine()
    const slow: Step[] = [{ pauseMs: 12_000 }, ...(STORIES['poweroff'] ?? []).slice(-5), { vmm: 'poweroff' }]
    const lie: Step[] = [...BOOT, { until: 'lie' }, 'X_SYSTEMD_UNIT_ACTIVE=emergency.target']
    engine.script({ guest: { boots: [lie], down: slow } })
    const run = engine.run(engine.plan({ times }))
    await run.ready()
    engine.signal('lie')
    await run.event(({ kind }) => kind === 'guest-emergency')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
  })

  test('a forged shutdown does not make a power cut look announced', async ({ expect }) => {
    await using engine = openEngine()
    const lie: Step[] = [...BOOT, { until: 'lie' }, 'X_SYSTEMD_SHUTDOWN=poweroff', { until: 'cut' }]
    engine.script({ guest: { boots: [lie], down: [] } })
    const run = engine.run(engine.plan({ hypervisor: 'qemu', times }))
    await run.ready()
    engine.signal('lie')
    await run.event(({ kind }) => kind === 'guest-shutdown')
    process.kill(engine.record().vmm?.pid ?? 0, 'SIGINT')
    const { failure, outcome } = await run.ended
    expect(outcome).toBe('crashed')
    expect(failure).toMatchObject({ code: 'VMM_CRASHED', because: expect.stringContaining('host-signal') })
  })

  test('a thousand refused messages of different kinds are four lines', async ({ expect }) => {
    await using engine = openEngine()
    const flood = Array.from(
      { length: 1_000 },
      (_, index): Step => `${['MAINPID', 'FDSTORE', 'WATCHDOG'][index % 3]}=${index}`,
    )
    engine.script({ guest: { boots: [[...BOOT, ...flood, 'STATUS=done']] } })
    const run = engine.run(engine.plan({ times }))
    await run.event((event) => event.kind === 'guest-status' && event.status === 'done')
    expect(run.events.filter(({ kind }) => kind === 'notify-ignored')).toHaveLength(4)
  })
})

test('the exit status of a job outlives the poweroff that follows', async ({ expect }) => {
  await using engine = openEngine()
  const exit: Step[] = [
    'EXIT_STATUS=7\nX_SYSTEMD_SHUTDOWN=exit',
    'EXIT_STATUS=7\nX_SYSTEMD_SHUTDOWN=poweroff',
    { vmm: 'poweroff' },
  ]
  engine.script({ guest: { boots: [[...BOOT, ...exit]] } })
  const run = engine.run(engine.plan({ hypervisor: 'qemu' }))
  expect(await run.ended).toMatchObject({ exit: 7, outcome: 'graceful' })
  expect(engine.record()).toMatchObject({ exitStatus: 7, outcome: 'graceful' })
  expect(run.events).toContainEqual(expect.objectContaining({ kind: 'stopped', exitStatus: 7 }))
})
