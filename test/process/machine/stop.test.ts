import { describe, test } from 'vitest'
import type { Recorded } from '../../../src/events/event.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import { NOTHING, openEngine } from './engine.ts'

const times = (stop: number, stopMax = stop) => ({ start: 20_000, startMax: 40_000, stop, stopMax })
const steps = (events: readonly Recorded[]): string[] =>
  events.flatMap((event) => (event.kind === 'stop-step' ? [event.step] : []))

describe.concurrent.each(['cloud-hypervisor', 'qemu'] as const)('%s', (hypervisor) => {
  const quit = hypervisor === 'qemu' ? 'quit' : 'vmm.shutdown'
  const tail = hypervisor === 'qemu' ? ['sidecars', 'cleanup'] : ['cleanup']

  test('the power button is enough', async ({ expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan({ hypervisor }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(steps(run.events)).toEqual(['power-button', ...tail])
    expect(run.events.at(-1)).toMatchObject({ kind: 'state', to: 'stopped' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('a guest that does not hear it is ended when its time is up', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { down: [] } })
    const run = engine.run(engine.plan({ hypervisor, times: times(700) }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 7, outcome: 'forced', failure: undefined })
    expect(steps(run.events)).toEqual(['power-button', 'vmm-quit', ...tail])
    expect(engine.record()).toMatchObject({ state: 'stopped', outcome: 'forced' })
  })

  test('a VMM that does not quit gets a signal', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { deafTo: [quit] }, guest: { down: [] } })
    const run = engine.run(engine.plan({ hypervisor, times: times(300) }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 7, outcome: 'forced' })
    expect(steps(run.events)).toEqual(['power-button', 'vmm-quit', 'vmm-term', ...tail])
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('one that ignores it all is killed', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { deafTo: [quit, 'signals'] }, guest: { down: [] } })
    const run = engine.run(engine.plan({ hypervisor, times: times(300) }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 7, outcome: 'killed' })
    expect(steps(run.events)).toEqual(['power-button', 'vmm-quit', 'vmm-term', 'vmm-kill', ...tail])
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('a second request ends the patience with the guest', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { down: [] } })
    const run = engine.run(engine.plan({ hypervisor, times: times(600_000) }))
    await run.ready()
    run.stop()
    await run.event((event) => event.kind === 'stop-step' && event.step === 'power-button')
    run.escalate()
    expect(await run.ended).toMatchObject({ outcome: 'forced' })
  })
})

describe.concurrent('a stop', () => {
  test('of a guest that has not spoken yet does not wait for it', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[]], down: [] } })
    const run = engine.run(engine.plan({ times: times(600_000) }))
    await run.event(({ kind }) => kind === 'vmm-booted')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'forced' })
  })

  test('while the guest powers off by itself is graceful', async ({ expect }) => {
    await using engine = openEngine()
    const story = [...(STORIES['boot'] ?? []), { until: 'go' }, ...(STORIES['poweroff'] ?? []).slice(-5), { until: 'end' }, { vmm: 'poweroff' as const }] // prettier-ignore
    engine.script({ guest: { boots: [story], down: [] } })
    const run = engine.run(engine.plan())
    await run.ready()
    engine.signal('go')
    await run.event(({ kind }) => kind === 'guest-shutdown')
    run.stop()
    await run.event(({ kind }) => kind === 'stop-step')
    engine.signal('end')
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
  })

  /** Says one thing after the other, a third of a second apart. */
  const saying = (lines: readonly string[]): Step[] => lines.flatMap((line) => [line, { pauseMs: 300 }])
  const targets = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `X_SYSTEMD_UNIT_INACTIVE=step-${index}.target`)
  const POWEROFF = [...(STORIES['poweroff'] ?? []).slice(-5), { vmm: 'poweroff' as const }]

  test('waits for a guest that gets further, far beyond the time of one step', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { down: [...saying(targets(12)), ...POWEROFF] } })
    const run = engine.run(engine.plan({ times: times(1_500, 30_000) }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(steps(run.events)).not.toContain('vmm-quit')
  })

  test.for([
    [
      'says the same again and again',
      Array.from({ length: 60 }, () => 'STATUS=Stopping (3s / no limit)'),
      60_000,
    ],
    ['gets further beyond the limit of it all', targets(60), 3_000],
  ] as const)('ends a guest that %s', async ([, lines, stopMax], { expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { down: [...saying(lines), ...POWEROFF] } })
    const run = engine.run(engine.plan({ times: times(1_500, stopMax) }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 7, outcome: 'forced' })
    const at = (step: string): number =>
      Date.parse(run.events.find((event) => event.kind === 'stop-step' && event.step === step)?.at ?? '')
    expect(at('vmm-quit') - at('power-button')).toBeLessThan(10_000)
  })

  test('asked for before the start begins nothing', async ({ expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan())
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(run.events.some(({ kind }) => kind === 'vmm-started')).toBe(false)
    expect(engine.remains()).toEqual(NOTHING)
  })
})
