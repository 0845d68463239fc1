import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

/** Fixed, so that a round that fails can be run again; MOMENTS gives more rounds by hand. */
const ROUNDS = Number(process.env['MOMENTS'] ?? 24)
const LANES = 2
/** Spread over a start, which takes about this long. */
const START_MS = 1200
const moment = (round: number): number => (((round * 7) % ROUNDS) / ROUNDS) * START_MS

const PAIRS = [
  ['up', 'ctrl-c'],
  ['up -d', 'down'],
  ['up', 'down --force'],
  ['up -d', 'up -d'],
  ['run web', 'down'],
  ['up -d', 'ps --json'],
] as const

/** Nothing runs, nothing is claimed, and the machine can be started and stopped again. */
const expectAtRest = async (rig: CliRig, what: string): Promise<void> => {
  const ps = await rig.cli('ps', '--json')
  expect(JSON.parse(ps.out), what).toEqual([])
}

const round = async (rig: CliRig, index: number): Promise<void> => {
  const [first, second] = PAIRS[index % PAIRS.length] ?? PAIRS[0]
  const what = `${first}, then ${second} after ${Math.round(moment(index))} ms`
  const one = rig.start(first.split(' '))
  await sleep(moment(index))
  if (second === 'ctrl-c') {
    one.child.kill('SIGINT')
    await one.finished
  } else {
    const other = await rig.cli(...second.split(' '))
    // 1: the guest had not spoken yet, and was ended without being asked.
    expect([0, 1], `${what}\n${other.err}`).toContain(other.exit)
    // It came before anything was claimed: then what was to be started starts, and is found by the next one.
    if (!second.startsWith('down') || other.err.includes('did not run')) {
      if (first.endsWith('-d')) await one.finished
      else await one.said(/web +ready/)
      expect((await rig.cli('down')).exit, what).toBe(0)
    }
    await one.finished
  }
  await expectAtRest(rig, what)
}

test(
  'whoever stops finds what is starting, at any moment, for each pair of commands',
  async () => {
    const lane = async (first: number): Promise<void> => {
      await using rig = openCliRig()
      rig.write('microvm.toml', machine('web'))
      for (let index = first; index < ROUNDS; index += LANES) await round(rig, index)
    }
    await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
  },
  ROUNDS * 15_000,
)
