import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { numbers } from '../machine/numbers.ts'
import { processesIn } from '../machine/processes.ts'
import { machine, openCliRig } from './cli-rig.ts'

/** MOMENTS gives more rounds by hand, SEED other ones. */
const ROUNDS = Number(process.env['MOMENTS'] ?? 12)
const SEED = Number(process.env['SEED'] ?? 7)
const LANES = 2

const VERBS = [
  'up -d',
  'up',
  'run web',
  'down',
  'down --force',
  'down --all',
  'ps --json',
  'wait web --for stopped --timeout 30s',
]
/** Those that stay until somebody stops them. */
const STAYS = ['up', 'run web']
/** A start takes about this long. */
const SPREAD_MS = 1500

const isHypervisor = (line: string): boolean => /fake-qemu.* -chardev /.test(line)

test('any four commands at any moments: all end, there is never a second hypervisor, and nothing is left', async () => {
  let seen = 0
  const lane = async (first: number): Promise<void> => {
    await using rig = openCliRig()
    rig.write('microvm.toml', machine('web'))
    for (let round = first; round < ROUNDS; round += LANES) {
      const next = numbers(SEED + round * 7919)
      const steps = Array.from({ length: 4 }, () => ({
        verb: VERBS[Math.floor(next() * VERBS.length)] ?? 'down',
        at: Math.floor(next() * SPREAD_MS),
        interruptAfter: next() < 0.5 ? Math.floor(next() * SPREAD_MS) : undefined,
      }))
      const what = `round ${round}: ${JSON.stringify(steps)}`
      let most = 0
      const look = setInterval(() => {
        most = Math.max(most, processesIn(rig.folder).filter(isHypervisor).length)
      }, 50)
      const ran = await Promise.all(
        steps.map(async ({ verb, at, interruptAfter }) => {
          await sleep(at)
          const one = rig.start(verb.split(' '))
          if (interruptAfter !== undefined || STAYS.includes(verb)) {
            await sleep(interruptAfter ?? SPREAD_MS)
            one.child.kill('SIGINT')
          }
          return `${verb}: ${JSON.stringify(await one.finished)}`
        }),
      )
      // What was started last may still be starting: whoever asks it to stop finds it.
      const down = await rig.cli('down')
      clearInterval(look)
      const story = `${what}\n${ran.join('\n')}\n${down.err}`
      expect([0, 1], story).toContain(down.exit)
      expect(most, story).toBeLessThanOrEqual(1)
      expect(JSON.parse((await rig.cli('ps', '--json')).out), story).toEqual([])
      expect(processesIn(rig.folder), story).toEqual([])
      expect(story).not.toContain('INTERNAL')
      seen = Math.max(seen, most)
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
  expect(seen).toBe(1)
}, 600_000)
