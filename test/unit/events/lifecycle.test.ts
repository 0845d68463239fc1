import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { State } from '../../../src/events/event.ts'
import {
  LIFECYCLE_EVENTS,
  type Lifecycle,
  type LifecycleEvent,
  lifecycleEventOf,
  NEW_LIFECYCLE,
  nextLifecycle,
} from '../../../src/events/lifecycle.ts'

const play = (...events: LifecycleEvent[]): Lifecycle => events.reduce(nextLifecycle, NEW_LIFECYCLE)

const toBooting: LifecycleEvent[] = ['start', 'prepared', 'vmm-booted']
const toReady: LifecycleEvent[] = [...toBooting, 'guest-hello', 'guest-ready']

describe('stories', () => {
  test.each<[string, LifecycleEvent[], Partial<Lifecycle>]>([
    ['a start', toReady, { state: 'ready', boot: 1, wasReady: true, failing: false }],
    ['the guest is heard before the VMM', ['start', 'prepared', 'guest-hello', 'vmm-booted'], { state: 'booting', boot: 1 }],
    ['a stop', [...toReady, 'stop', 'vmm-exited', 'cleaned-up'], { state: 'stopped', failing: false }],
    ['a stop while preparing', ['start', 'stop', 'cleaned-up'], { state: 'stopped', boot: 0 }],
    ['a reboot in the guest', [...toReady, 'guest-rebooting', 'guest-hello', 'guest-ready'], { state: 'ready', boot: 2 }],
    ['a reboot of an old guest', [...toReady, 'guest-rebooting', 'guest-ready'], { state: 'ready', boot: 2 }],
    ['words of the old boot', [...toReady, 'guest-rebooting', 'guest-rebooting'], { state: 'rebooting', boot: 1 }],
    ['poweroff in the guest', [...toReady, 'guest-poweroff', 'vmm-exited', 'cleaned-up'], { state: 'stopped' }],
    ['poweroff of an old guest', [...toReady, 'vmm-exited', 'cleaned-up'], { state: 'stopped' }],
    ['poweroff before ready', [...toBooting, 'guest-poweroff', 'vmm-exited', 'cleaned-up'], { state: 'failed' }],
    ['a crash', [...toReady, 'vmm-crashed', 'cleaned-up'], { state: 'failed' }],
    ['a lost helper', [...toReady, 'sidecar-lost', 'vmm-exited', 'cleaned-up'], { state: 'failed' }],
    ['the start timeout', [...toBooting, 'give-up', 'vmm-exited', 'cleaned-up'], { state: 'failed' }],
    ['emergency, kept', [...toBooting, 'guest-emergency'], { state: 'emergency', failing: false }],
    ['emergency, repaired', [...toBooting, 'guest-emergency', 'guest-ready'], { state: 'ready', boot: 1 }],
    ['emergency, given up', [...toBooting, 'guest-emergency', 'give-up', 'cleaned-up'], { state: 'failed' }],
    ['emergency after ready is never fatal', [...toReady, 'guest-emergency', 'give-up'], { state: 'emergency' }],
    ['a reboot that hangs is never fatal', [...toReady, 'guest-rebooting', 'give-up'], { state: 'rebooting' }],
    ['a stop of what failed stays failed', [...toBooting, 'give-up', 'stop', 'cleaned-up'], { state: 'failed' }],
    ['a pause', [...toReady, 'vmm-paused'], { state: 'paused', wasReady: true, resumesTo: 'ready' }],
    ['a pause that ends', [...toReady, 'vmm-paused', 'vmm-resumed'], { state: 'ready', boot: 1 }],
    ['a pause while it boots', [...toBooting, 'vmm-paused', 'vmm-paused', 'vmm-resumed'], { state: 'booting', wasReady: false }],
    ['a word that is read after the pause', [...toBooting, 'vmm-paused', 'guest-ready'], { state: 'paused', wasReady: true, resumesTo: 'ready' }],
    ['a stop of what stands still', [...toReady, 'vmm-paused', 'stop', 'vmm-resumed', 'vmm-exited', 'cleaned-up'], { state: 'stopped' }],
    ['started again after a failure', [...toBooting, 'give-up', 'cleaned-up', ...toReady], { state: 'ready', boot: 1, failing: false }],
  ])('%s', (_name, events, expected) => {
    expect(play(...events)).toMatchObject(expected)
  }) // prettier-ignore
})

/** Every cell that is a transition, written down a second time; all others must be ignored. */
const CELLS: Record<State, string> = {
  stopped: 'start>preparing',
  failed: 'start>preparing',
  preparing: 'prepared>starting stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping!',
  starting:
    'vmm-booted>booting guest-hello>booting guest-ready>ready guest-emergency>emergency stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping! vmm-paused>paused',
  booting:
    'guest-ready>ready guest-emergency>emergency guest-rebooting>rebooting guest-poweroff>stopping! stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping! vmm-paused>paused',
  ready:
    'guest-emergency>emergency guest-rebooting>rebooting guest-poweroff>stopping stop>stopping vmm-exited>stopping vmm-crashed>stopping! sidecar-lost>stopping! vmm-paused>paused',
  emergency:
    'guest-ready>ready guest-rebooting>rebooting guest-poweroff>stopping! stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping! vmm-paused>paused',
  rebooting:
    'vmm-booted>booting guest-hello>booting guest-ready>ready guest-emergency>emergency guest-poweroff>stopping! stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping! vmm-paused>paused',
  // Behind it, where nothing else is said, is a machine that boots.
  paused:
    'vmm-resumed>booting guest-ready>paused guest-emergency>paused guest-rebooting>paused guest-poweroff>stopping! stop>stopping give-up>stopping! vmm-exited>stopping! vmm-crashed>stopping! sidecar-lost>stopping!',
  stopping: 'cleaned-up>stopped',
} // prettier-ignore

const states = Object.keys(CELLS) as State[]

test.each(states.flatMap((state) => LIFECYCLE_EVENTS.map((event) => [state, event] as const)))(
  '%s × %s',
  (state, event) => {
    const cell = CELLS[state].split(' ').find((each) => each.startsWith(`${event}>`))
    const before: Lifecycle = { state, boot: 1, wasReady: state === 'ready', failing: false }
    const after = nextLifecycle(before, event)
    if (cell === undefined) expect(after).toBe(before)
    else {
      expect(after.state).toBe(cell.slice(event.length + 1).replace('!', ''))
      expect(after.failing).toBe(cell.endsWith('!'))
    }
  },
)

test('random events keep the promises', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LIFECYCLE_EVENTS), { maxLength: 60 }), (events) => {
      let now = NEW_LIFECYCLE
      let readyIn = 0
      for (const event of events) {
        const before = now
        now = nextLifecycle(before, event)
        if (event === 'guest-ready') readyIn = now.boot
        if (now.state === 'ready') expect(readyIn).toBe(now.boot)
        if (now.state === 'ready' && before.state !== 'ready')
          expect(event).toBe(before.state === 'paused' ? 'vmm-resumed' : 'guest-ready')
        if (event === 'guest-ready' && now.state === 'paused') readyIn = now.boot
        if (before.state === 'stopped' || before.state === 'failed')
          expect(now.state === 'preparing' ? event : now.state).toBe(
            now.state === 'preparing' ? 'start' : before.state,
          )
        if (before.state === 'stopping') expect(['stopping', 'stopped', 'failed']).toContain(now.state)
        if (event !== 'start') {
          expect(now.boot).toBeGreaterThanOrEqual(before.boot)
          expect(now.boot - before.boot).toBeLessThanOrEqual(1)
          if (before.failing) expect(now.failing).toBe(true)
        }
        if (now.state === 'failed') expect(now.failing).toBe(true)
        if (now.state === 'stopped') expect(now.failing).toBe(false)
        if (before.state === 'paused' && event === 'vmm-resumed') expect(now.state).toBe(before.resumesTo)
        if (['booting', 'ready', 'emergency', 'rebooting'].includes(now.state))
          expect(now.boot).toBeGreaterThan(0)
      }
    }),
    { numRuns: 3000 },
  )
})

test('from every state that can be reached, a stop leads to the end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LIFECYCLE_EVENTS), { maxLength: 60 }), (events) => {
      expect(['stopped', 'failed']).toContain(play(...events, 'stop', 'cleaned-up').state)
    }),
  )
})

test('what events of the machine mean', () => {
  expect(lifecycleEventOf({ kind: 'vmm-exited', code: 0, signal: undefined })).toBe('vmm-exited')
  expect(lifecycleEventOf({ kind: 'vmm-exited', code: 1, signal: undefined })).toBe('vmm-crashed')
  expect(lifecycleEventOf({ kind: 'vmm-exited', code: undefined, signal: 'SIGKILL' })).toBe('vmm-crashed')
  expect(lifecycleEventOf({ kind: 'guest-shutdown', how: 'poweroff' })).toBe('guest-poweroff')
  expect(lifecycleEventOf({ kind: 'guest-shutdown', how: 'reboot' })).toBeUndefined()
  expect(lifecycleEventOf({ kind: 'guest-ready' })).toBe('guest-ready')
  expect(lifecycleEventOf({ kind: 'guest-status', status: 'x' })).toBeUndefined()
})
