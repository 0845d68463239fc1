import { describe, test } from 'vitest'
import { waitUntil } from '../../../src/host/wait-until.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { NOTHING, openEngine } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []
const DOWN = (STORIES['reboot'] ?? []).slice(BOOT.length, -BOOT.length)
/** Ready, then on a sign a reboot that is announced. */
const REBOOTS: readonly Step[] = [...BOOT, { until: 'reboot' }, ...DOWN, { vmm: 'reboot' }]

describe.concurrent.for(['cloud-hypervisor', 'qemu'] as const)('%s', (hypervisor) => {
  test('a reboot is ready again, in the same run', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [REBOOTS, BOOT] } })
    const run = engine.run(engine.plan({ hypervisor }))
    await run.ready()
    const { vmm } = engine.record()
    engine.signal('reboot')
    await run.event((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2)
    expect(engine.record()).toMatchObject({ state: 'ready', boots: 2, vmm })
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('with reboot = "exit" it is the end, and the guest does not boot again', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [REBOOTS, BOOT] } })
    const run = engine.run(engine.plan({ hypervisor, reboot: 'exit' }))
    await run.ready()
    engine.signal('reboot')
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful', failure: undefined })
    expect(engine.record()).toMatchObject({ state: 'stopped', boots: 1 })
    expect(engine.remains()).toEqual(NOTHING)
  })
})

describe.concurrent('what a guest says', () => {
  test('a lie about a reboot does not end a machine with reboot = "exit"', async ({ expect }) => {
    await using engine = openEngine()
    const lie: Step[] = [{ until: 'lie' }, 'X_SYSTEMD_SHUTDOWN=reboot', { until: 'proof' }, { console: 'still here' }] // prettier-ignore
    engine.script({ guest: { boots: [[...BOOT, ...lie]] } })
    const run = engine.run(engine.plan({ reboot: 'exit' }))
    await run.ready()
    engine.signal('lie')
    await run.event(({ kind }) => kind === 'guest-rebooting')
    engine.signal('proof')
    run.stop()
    expect(await run.ended).toMatchObject({ outcome: 'graceful' })
  })

  test('emergency mode ends a start, with the console', async ({ expect }) => {
    await using engine = openEngine()
    const story: Step[] = [...(STORIES['emergency'] ?? []), { console: 'You are in emergency mode.' }]
    engine.script({ guest: { boots: [story] } })
    const { failure, exit } = await engine.run(engine.plan()).ended
    expect(exit).toBe(1)
    expect(failure?.code).toBe('GUEST_EMERGENCY')
    expect(failure?.because).toContain('You are in emergency mode.')
    expect(engine.record()).toMatchObject({ state: 'failed', failure: { code: 'GUEST_EMERGENCY' } })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('with onEmergency = "keep" the machine stays for its console, beyond any timeout, and can get ready', async ({
    expect,
  }) => {
    await using engine = openEngine()
    const healed: Step[] = [{ until: 'heal' }, 'X_SYSTEMD_UNIT_INACTIVE=emergency.target', ...BOOT.slice(3)]
    engine.script({ guest: { boots: [[...(STORIES['emergency'] ?? []), ...healed]] } })
    const times = { start: 6_000, startMax: 6_000, stop: 5_000, stopMax: 5_000 }
    const run = engine.run(engine.plan({ onEmergency: 'keep', times }))
    const reached = await run.event((event) => event.kind === 'state' && event.to === 'emergency')
    // Longer than the start may take: then a message proves that the guest still runs.
    await new Promise((done) =>
      setTimeout(done, 6_500 - (Date.parse(reached.at) - Date.parse(run.events[0]?.at ?? ''))),
    )
    engine.signal('heal')
    await run.ready()
    expect(engine.record()).toMatchObject({ state: 'ready' })
  })

  test('a machine that was ready is not ended by emergency mode', async ({ expect }) => {
    await using engine = openEngine()
    const story: Step[] = [...BOOT, { until: 'go' }, 'X_SYSTEMD_UNIT_ACTIVE=emergency.target', { until: 'proof' }, 'STATUS=still here'] // prettier-ignore
    engine.script({ guest: { boots: [story] } })
    const run = engine.run(engine.plan())
    await run.ready()
    engine.signal('go')
    await run.event((event) => event.kind === 'state' && event.to === 'emergency')
    engine.signal('proof')
    await run.event((event) => event.kind === 'guest-status' && event.status === 'still here')
    await waitUntil(() => (engine.record().guestStatus === 'still here' ? true : undefined), 5_000)
    expect(engine.record()).toMatchObject({ state: 'emergency', guestStatus: 'still here' })
  })

  test('its exit status is ours where it asks for that', async ({ expect }) => {
    await using engine = openEngine()
    const exit: Step[] = ['EXIT_STATUS=7\nX_SYSTEMD_SHUTDOWN=exit', { vmm: 'poweroff' }]
    engine.script({ guest: { boots: [[...BOOT, ...exit]] } })
    expect(await engine.run(engine.plan()).ended).toMatchObject({ exit: 7, outcome: 'graceful' })
  })
})
