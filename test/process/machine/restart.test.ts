import { join } from 'node:path'
import { describe, test } from 'vitest'
import { requestStop } from '../../../src/machine/request-stop.ts'
import { observeMachine } from '../../../src/state/observe.ts'
import type { Recorded } from '../../../src/events/event.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Script, Step } from '../../fakes/fake-script.ts'
import { volumeSpec } from '../../machine-spec.ts'
import { type Engine, NOTHING, openEngine } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []
const CRASHES: Script = { guest: { boots: [[...BOOT, { vmm: 1 }]] } }
const FAILS: Script = { vmm: { dies: 'no' } }
const RUNS: Script = {}

const restarts = (events: readonly Recorded[]): { inMs: number; failures: number }[] =>
  events.flatMap((event) =>
    event.kind === 'restarting' ? [{ inMs: event.inMs, failures: event.failures }] : [],
  )
const directories = (engine: Engine) => ({
  runtime: join(engine.folder, 'r'),
  state: join(engine.folder, 's'),
  cache: '',
})

describe.concurrent('restart', () => {
  test('"on-failure" starts a crashed machine again, after a pause that is told', async ({ expect }) => {
    await using engine = openEngine()
    engine.script([CRASHES, CRASHES, RUNS])
    const run = engine.keepRunning(engine.plan({ restart: 'on-failure' }))
    await run.event(({ kind }) => kind === 'restarting')
    await run.event(() => run.events.filter(({ kind }) => kind === 'guest-ready').length === 3)
    expect(restarts(run.events)).toEqual([
      { inMs: 1_000, failures: 0 },
      { inMs: 2_000, failures: 0 },
    ])
    const [restarting, failed] = run.events.filter(
      (event) => event.kind === 'restarting' || (event.kind === 'state' && event.to === 'failed'),
    )
    // Whoever follows knows that "failed" is not the end.
    expect([restarting?.kind, failed?.kind]).toEqual(['restarting', 'state'])
    expect(engine.record()).toMatchObject({ state: 'ready', restartAt: null })
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('a machine that does not get ready is given up after five starts', async ({ expect }) => {
    await using engine = openEngine()
    engine.script(FAILS)
    const run = engine.keepRunning(engine.plan({ restart: 'on-failure' }))
    const { failure, exit } = await run.ended
    expect({ exit, code: failure?.code }).toEqual({ exit: 1, code: 'VMM_EXITED_BEFORE_READY' })
    expect(restarts(run.events)).toEqual([
      { inMs: 1_000, failures: 1 },
      { inMs: 2_000, failures: 2 },
      { inMs: 4_000, failures: 3 },
      { inMs: 8_000, failures: 4 },
    ])
    expect(run.events.filter(({ kind }) => kind === 'run')).toHaveLength(5)
    expect(engine.record()).toMatchObject({ state: 'failed', restartAt: null })
  })

  test('a stop while it waits ends it; it is seen to wait', async ({ expect }) => {
    await using engine = openEngine()
    engine.script(FAILS)
    const run = engine.keepRunning(engine.plan({ restart: 'on-failure' }))
    await run.event((event) => event.kind === 'restarting' && event.failures === 3)
    await run.event((event) => event.kind === 'state' && event.to === 'failed' && event.at >= (run.events.findLast(({ kind }) => kind === 'restarting')?.at ?? '')) // prettier-ignore
    expect(observeMachine(directories(engine), 'web')).toMatchObject({
      status: 'failed',
      supervisorPid: process.pid,
      because: expect.stringContaining('It is started again at'),
    })
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0 })
    expect(engine.record()).toMatchObject({ restartAt: null })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('"on-failure" leaves a machine that powered itself off alone, "always" does not', async ({
    expect,
  }) => {
    const off: Script = { guest: { boots: [[...(STORIES['poweroff'] ?? []), { vmm: 'poweroff' }]] } }
    await using one = openEngine()
    one.script(off)
    expect(await one.keepRunning(one.plan({ restart: 'on-failure' })).ended).toMatchObject({ exit: 0 })
    await using two = openEngine()
    two.script([off, RUNS])
    const run = two.keepRunning(two.plan({ restart: 'always' }))
    await run.event(() => run.events.filter(({ kind }) => kind === 'guest-ready').length === 2)
    expect(restarts(run.events)).toHaveLength(1)
  })

  test('is the unit’s under a unit of ours, and nobody’s with "no" or after what a new try cannot change', async ({
    expect,
  }) => {
    await using engine = openEngine()
    engine.script(CRASHES)
    const once = async (run: ReturnType<Engine['run']>): Promise<number> => {
      await run.ended
      return run.events.filter(({ kind }) => kind === 'run' || kind === 'restarting').length
    }
    const unit = { MICROVM_UNIT: 'microvm@web.service' }
    expect(await once(engine.keepRunning(engine.plan({ restart: 'always' }), unit))).toBe(1)
    expect(await once(engine.keepRunning(engine.plan({ restart: 'no' })))).toBe(1)
    const missing = engine.plan({
      restart: 'always',
      volumes: [volumeSpec({ image: '/no/such.img', autoCreate: false })],
    })
    expect(await once(engine.keepRunning(missing))).toBe(1)
  })
})

test('whoever asks for the stop of a machine that waits hears that nothing ran', async ({ expect }) => {
  await using engine = openEngine()
  const stopped = await requestStop(directories(engine), 'web')
  expect(stopped).toBeUndefined()
})
