import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { acquireLock } from '../../../src/host/lock.ts'
import { NOTHING, openEngine } from './engine.ts'

const ROUNDS = 200
const LANES = 4

/** Spread over the start, each moment once, in an order that is no order. */
const moment = (round: number): number => ((round * 73) % ROUNDS) * 2

test('a stop at any of 200 moments of the start leaves no process, no socket, no lock and no run directory', async () => {
  const lane = async (first: number): Promise<void> => {
    await using engine = openEngine()
    for (let round = first; round < ROUNDS; round += LANES) {
      const hypervisor = round % 2 === 0 ? 'cloud-hypervisor' : 'qemu'
      const run = engine.run(engine.plan({ hypervisor }))
      await sleep(moment(round))
      run.stop()
      const { exit, failure } = await run.ended
      expect({ exit, failure }, `after ${moment(round)} ms`).toEqual({ exit: 0, failure: undefined })
      expect(engine.remains(), `after ${moment(round)} ms`).toEqual(NOTHING)
      const lock = await acquireLock(engine.places.lock)
      expect(lock, `after ${moment(round)} ms`).toBeDefined()
      lock?.release()
      expect(engine.record()).toMatchObject({ state: 'stopped', vmm: null, helpers: [] })
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
}, 300_000)
