import { expect, test } from 'vitest'
import type { MachineEvent, State } from '../../../src/events/event.ts'
import { type Lifecycle, NEW_LIFECYCLE, nextLifecycle } from '../../../src/events/lifecycle.ts'
import { watchGuest } from '../../../src/machine/guest-watch.ts'
import type { Run } from '../../../src/machine/run.ts'
import { planMachine } from '../../../src/plan/decide-up.ts'
import { hypervisorNamed } from '../../../src/hypervisors/registry.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import { STORIES } from '../../fakes/guest-simulator.ts'
import { directories, filesImage, machineSpec, observed } from '../../machine-spec.ts'

const BOOT = STORIES['boot'] ?? []
const REBOOT = STORIES['reboot'] ?? []
const DOWN = REBOOT.slice(BOOT.length, -BOOT.length)

/** A watch over a run without disk and processes: the lifecycle is the real one. */
const watch = (changes: Partial<MachineSpec> = {}) => {
  const plan = planMachine(machineSpec(changes), observed(), directories, filesImage)
  if (!plan.ok) throw new Error(JSON.stringify(plan.problems))
  let lifecycle: Lifecycle = { ...NEW_LIFECYCLE, state: 'starting' }
  const events: MachineEvent[] = []
  const resets: number[] = []
  const run: Run = {
    plan: plan.value,
    hypervisor: hypervisorNamed('cloud-hypervisor'),
    lifecycle: () => lifecycle,
    state: (): State => lifecycle.state,
    emit: (event) => void events.push(event),
    listen: () => () => undefined,
    move: (event) => void (lifecycle = nextLifecycle(lifecycle, event)),
    note: () => undefined,
    noteSoon: () => undefined,
    record: () => {
      throw new Error('not asked for')
    },
    startedAt: 0,
    readySince: () => undefined,
    restore: () => undefined,
    close: () => undefined,
  }
  const guest = watchGuest(run, { onProgress: () => undefined, onLastReset: () => resets.push(1) })
  return {
    guest,
    events,
    resets,
    lifecycle: () => lifecycle,
    hear: (...messages: string[]) => {
      for (const message of messages) guest.hear(Buffer.from(message))
    },
  }
}

test('what was announced for one boot says nothing about the next', () => {
  const { guest, hear, lifecycle } = watch()
  hear(...BOOT, ...DOWN)
  expect(guest.shutdown()).toEqual({ how: 'reboot', exitStatus: 0 })
  guest.vmmSaid({ kind: 'guest-rebooting' })
  expect(guest.shutdown()).toBeUndefined()
  hear(...BOOT)
  expect(guest.shutdown()).toBeUndefined()
  expect(lifecycle()).toMatchObject({ state: 'ready', boot: 2 })
})

test('a reset that is read after the new boot has begun to speak does not take its words away', () => {
  const { guest, hear, lifecycle } = watch()
  hear(...BOOT, ...DOWN, ...BOOT.slice(0, 4))
  guest.vmmSaid({ kind: 'guest-rebooting' })
  hear(...BOOT.slice(4))
  expect(lifecycle()).toMatchObject({ state: 'ready', boot: 2 })
})

test('a guest that says much in each of its messages is heard no longer than one that sends many', () => {
  const { hear, events } = watch()
  for (let round = 0; round < 1_000; round++)
    hear(Array.from({ length: 32 }, (_, field) => `STATUS=${round} ${field}`).join('\n'))
  expect(events.length).toBeLessThan(3_000)
  expect(events).toContainEqual({
    kind: 'notify-ignored',
    why: expect.stringContaining('things a second'),
  })
})

test('a reset nobody announced is a reboot', () => {
  const { guest, hear, lifecycle, events } = watch()
  hear(...BOOT)
  guest.vmmSaid({ kind: 'guest-rebooting' })
  expect(lifecycle().state).toBe('rebooting')
  expect(events.at(-1)).toEqual({ kind: 'guest-rebooting' })
  expect(guest.facts().spoke).toBe(false)
})

test('with reboot = "exit" the reset is the end, and what a new boot says is not heard', () => {
  const { guest, hear, resets, lifecycle } = watch({ reboot: 'exit' })
  hear(...BOOT, ...DOWN)
  expect(resets).toHaveLength(0)
  guest.vmmSaid({ kind: 'guest-rebooting' })
  hear(...BOOT)
  guest.vmmSaid({ kind: 'guest-rebooting' })
  expect(resets).toHaveLength(1)
  expect(guest.shutdown()).toMatchObject({ how: 'reboot' })
  expect(lifecycle().state).toBe('rebooting')
})
