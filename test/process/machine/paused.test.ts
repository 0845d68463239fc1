import { describe, test } from 'vitest'
import { callVarlink } from '../../../src/host/varlink.ts'
import { INSTANCE, STILL_PAUSED } from '../../../src/machine/serve-control.ts'
import { waitUntil } from '../../../src/host/wait-until.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { type Engine, NOTHING, openEngine } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []
const ask = (engine: Engine, method: string) =>
  callVarlink(engine.places.control, `${INSTANCE}.${method}`, {})
const FULL: readonly Step[] = [...BOOT, { until: 'write' }, { full: 'root' }, 'STATUS=written']

describe.concurrent.for(['cloud-hypervisor', 'qemu'] as const)('%s', (hypervisor) => {
  test('a machine is paused and goes on, in the state it had', async ({ expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan({ hypervisor }))
    await run.ready()
    expect(await ask(engine, 'Describe')).toEqual({ parameters: { running: true, status: 'ready' } })
    expect(await ask(engine, 'Pause')).toEqual({ parameters: {} })
    await run.event((event) => event.kind === 'state' && event.to === 'paused')
    expect(engine.record()).toMatchObject({
      state: 'paused',
      because: expect.stringMatching(/^Somebody asked .* microvm resume web$/),
    })
    expect(await ask(engine, 'Resume')).toEqual({ parameters: {} })
    await run.event((event) => event.kind === 'state' && event.from === 'paused' && event.to === 'ready')
    expect(engine.record()).toMatchObject({ state: 'ready', boots: 1 })
    await ask(engine, 'Pause')
    await run.event((event) => event.kind === 'vmm-paused' && engine.record().state === 'paused')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(run.events).toContainEqual(expect.objectContaining({ kind: 'stop-step', step: 'resume' }))
    expect(engine.remains()).toEqual(NOTHING)
  })
})

describe.concurrent('a disk that is full on the host', () => {
  test('pauses the machine, and says which; it goes on when there is room', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [FULL] } })
    const run = engine.run(engine.plan({ hypervisor: 'qemu' }))
    await run.ready()
    engine.signal('write')
    await run.event((event) => event.kind === 'state' && event.to === 'paused')
    expect(run.events).toContainEqual(
      expect.objectContaining({ kind: 'disk-error', device: 'root', action: 'stop' }),
    )
    expect(engine.record().because).toContain('No space left on device')
    expect(engine.record().because).toContain(`${engine.folder}/images/root.erofs`)
    expect(await ask(engine, 'Resume')).toMatchObject({
      error: STILL_PAUSED,
      parameters: { because: expect.stringContaining('No space left') },
    })
    expect(engine.record()).toMatchObject({ state: 'paused' })
    engine.signal('room')
    expect(await ask(engine, 'Resume')).toEqual({ parameters: {} })
    await run.event((event) => event.kind === 'guest-status' && event.status === 'written')
    expect(await waitUntil(() => (engine.record().state === 'ready' ? true : undefined), 10_000)).toBe(true)
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
  })

  test('does not hold up a stop: it is let go on, and ended when it cannot', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [FULL] } })
    const times = { start: 20_000, startMax: 40_000, stop: 600_000, stopMax: 600_000 }
    const run = engine.run(engine.plan({ hypervisor: 'qemu', times }))
    await run.ready()
    engine.signal('write')
    await run.event((event) => event.kind === 'state' && event.to === 'paused')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 7, outcome: 'forced' })
    expect(run.events).toContainEqual(
      expect.objectContaining({
        kind: 'warning',
        message: expect.stringContaining('No space left on device'),
      }),
    )
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('stops the clock of a start, but not for ever', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[...BOOT.slice(0, 2), { full: 'root' }, ...BOOT.slice(2)]] } })
    // The disk is full within `start`, on a loaded host as well.
    const times = { start: 2_000, startMax: 5_000, stop: 2_000, stopMax: 2_000 }
    const run = engine.run(engine.plan({ hypervisor: 'qemu', times }))
    const { failure } = await run.ended
    expect(failure).toMatchObject({
      code: 'GUEST_NOT_READY_IN_TIME',
      because: expect.stringContaining('No space left on device'),
    })
    const paused = run.events.find((event) => event.kind === 'vmm-paused')
    const failed = run.events.find((event) => event.kind === 'failed')
    expect(Date.parse(failed?.at ?? '') - Date.parse(paused?.at ?? '')).toBeGreaterThan(times.start + 500)
  })
})
