import { expect, test } from 'vitest'
import { NOTHING, openEngine } from './engine.ts'

test.each(['cloud-hypervisor', 'qemu'] as const)('%s: ready when the guest says so, and a graceful stop', async (hypervisor) => {
  await using engine = openEngine()
  const run = engine.run(engine.plan({ hypervisor }))
  await run.ready()
  expect(engine.record()).toMatchObject({ state: 'ready', boots: 1 })
  run.stop()
  expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful', failure: undefined })
  expect(engine.record()).toMatchObject({ state: 'stopped', outcome: 'graceful', vmm: null, helpers: [] })
  expect(engine.remains()).toEqual(NOTHING)
}) // prettier-ignore
