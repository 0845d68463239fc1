import { expect, test } from 'vitest'
import type { MachineEvent, State } from '../../../src/events/event.ts'
import { forwardEvent, keepForward, newForward, type SinkMessage } from '../../../src/notify/forward.ts'

const TIMES = { startMs: 90_000, stopMs: 60_000 }
const state = (to: State): MachineEvent => ({ kind: 'state', from: 'booting', to, because: '' })
const unit: MachineEvent = { kind: 'guest-unit', unit: 'basic.target', active: true }

type At = readonly [event: MachineEvent, further?: boolean, atMs?: number]

const play = (...events: At[]): SinkMessage[] => {
  let forward = newForward(TIMES)
  return events.flatMap(([event, further = false, atMs = 0]) => {
    const step = forwardEvent(forward, event, further, atMs)
    forward = step.forward
    return [...step.messages]
  })
}
const count = (messages: readonly SinkMessage[], kind: SinkMessage['kind']) =>
  messages.filter((message) => message.kind === kind).length

test('READY=1 once per start of the unit, however often the guest reboots', () => {
  const messages = play([state('ready')], [state('rebooting')], [state('booting')], [state('ready')])
  expect(count(messages, 'ready')).toBe(1)
  expect(messages.at(-1)).toEqual({ kind: 'status', status: 'guest: ready' })
})

test('a guest that says it is ready does not make the unit ready: the state does', () => {
  expect(count(play([{ kind: 'guest-ready' }]), 'ready')).toBe(0)
})

test('no READY=1 after STOPPING=1, which is said once', () => {
  const messages = play([state('stopping')], [state('stopping')], [state('ready')])
  expect(count(messages, 'stopping')).toBe(1)
  expect(count(messages, 'ready')).toBe(0)
})

test('progress of a start extends its timeout, at most every five seconds', () => {
  expect(count(play([state('booting')], [unit, true, 100], [unit, true, 4_999]), 'extend')).toBe(1)
  expect(play([state('booting')], [unit, true, 5_000]).at(-1)).toEqual({ kind: 'extend', ms: 90_000 })
  expect(count(play([state('booting')], [unit, false, 5_000]), 'extend')).toBe(1)
})

test('nothing is extended once the unit is up, until it stops', () => {
  expect(
    count(play([state('ready')], [state('rebooting'), true, 9_000], [unit, true, 90_000]), 'extend'),
  ).toBe(0)
  expect(play([state('ready')], [state('stopping'), false, 10_000]).at(-1)).toEqual({
    kind: 'extend',
    ms: 60_000,
  })
})

test('emergency mode is told, and is not ready', () => {
  const messages = play([{ kind: 'guest-emergency', unit: 'rescue.target' }], [state('emergency')])
  expect(messages[0]).toEqual({ kind: 'status', status: 'guest: in emergency mode (rescue.target)' })
  expect(count(messages, 'ready')).toBe(0)
})

test('a start that is kept extends its timeout for as long as it is kept, every five seconds', () => {
  const emergency = forwardEvent(newForward(TIMES), state('emergency'), false, 0).forward
  let forward = emergency
  let extended = 0
  for (let atMs = 0; atMs <= 60_000; atMs += 200) {
    const step = keepForward(forward, atMs)
    forward = step.forward
    extended += step.messages.length
  }
  expect(extended).toBe(12)
  const ready = forwardEvent(emergency, state('ready'), false, 1).forward
  expect(keepForward(ready, 60_000).messages).toEqual([])
})

test('what the guest says is marked as the guest’s', () => {
  expect(play([{ kind: 'guest-status', status: 'all is well' }])).toEqual([
    { kind: 'status', status: 'guest: all is well' },
  ])
})
