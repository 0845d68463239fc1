import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { type Engine, NOTHING, openEngine } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []

const share = (engine: Engine) => {
  const source = join(engine.folder, 'shared')
  mkdirSync(source, { recursive: true })
  return {
    id: 'fs0',
    tag: 'data',
    source,
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
}

describe.concurrent('a helper', () => {
  test('that dies at once ends the start with what it said, before a VMM starts', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ helpers: { virtiofsd: { dies: 'cannot enter namespace: Operation not permitted' } } })
    const run = engine.run(engine.plan({ shares: [share(engine)] }))
    const { failure, exit } = await run.ended
    expect(exit).toBe(1)
    expect(failure).toMatchObject({ code: 'SIDECAR_FAILED', message: expect.stringContaining('virtiofsd') })
    expect(failure?.because).toContain('Operation not permitted')
    expect(run.events.some(({ kind }) => kind === 'vmm-started')).toBe(false)
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('that never opens its socket is waited for no longer than the machine is wanted', async ({
    expect,
  }) => {
    await using engine = openEngine()
    engine.script({ helpers: { virtiofsd: { mute: true } } })
    const run = engine.run(engine.plan({ shares: [share(engine)] }))
    await run.event((event) => event.kind === 'state' && event.to === 'preparing')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('that the machine cannot do without ends it when it dies', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ helpers: { 'vhost-device-vsock': { diesOn: 'die' } } })
    const times = { start: 20_000, startMax: 40_000, stop: 1_000, stopMax: 1_000 }
    const run = engine.run(engine.plan({ hypervisor: 'qemu', times }))
    await run.ready()
    engine.signal('die')
    const { failure } = await run.ended
    expect(failure).toMatchObject({ code: 'SIDECAR_FAILED', because: 'It ended with status 1.' })
    expect(run.events).toContainEqual(
      expect.objectContaining({ kind: 'sidecar-exited', name: 'vhost-device-vsock', code: 1 }),
    )
    expect(engine.record()).toMatchObject({ state: 'failed', failure: { code: 'SIDECAR_FAILED' } })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('that ends with its VMM’s disconnect comes back for the next boot', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ guest: { boots: [[...BOOT, { until: 'reboot' }, { vmm: 'reboot' }], BOOT] } })
    const run = engine.run(engine.plan({ shares: [share(engine)] }))
    await run.ready()
    engine.signal('reboot')
    await run.event((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2)
    await run.event(({ kind }) => kind === 'sidecar-exited')
    const started = (): number => run.events.filter(({ kind }) => kind === 'sidecar-started').length
    await run.event(() => started() === 2)
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('that ignores its signal is killed, and named', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ helpers: { 'vhost-device-vsock': { deafTo: ['signals'] } } })
    const run = engine.run(engine.plan({ hypervisor: 'qemu' }))
    await run.ready()
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(run.events).toContainEqual(
      expect.objectContaining({
        kind: 'warning',
        message: expect.stringMatching(/^vhost-device-vsock ignored/),
      }),
    )
    expect(engine.remains()).toEqual(NOTHING)
  })
})
