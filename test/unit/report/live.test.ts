import { describe, expect, it } from 'vitest'
import type { MachineEvent, Recorded } from '../../../src/events/event.ts'
import { liveFrame, progressLine } from '../../../src/report/live.ts'
import { advance, isSettled, notStarted, type Progress } from '../../../src/report/progress.ts'
import { plain } from '../../../src/report/style.ts'
import { widthOf } from '../../../src/report/table.ts'

const T0 = Date.parse('2026-01-01T00:00:00.000Z')
const at = (ms: number, event: MachineEvent): Recorded => ({
  at: new Date(T0 + ms).toISOString(),
  machine: 'web',
  boot: 1,
  ...event,
})
const state = (ms: number, from: Progress['state'], to: Progress['state']): Recorded =>
  at(ms, { kind: 'state', from, to, because: 'so' } as MachineEvent)

const fold = (events: readonly Recorded[]): Progress =>
  events.reduce(advance, notStarted('web', { hypervisor: 'qemu', accel: 'tcg' }))

const booting = [
  at(0, { kind: 'run', pid: 1, definition: 'a', planHash: 'h' }),
  state(10, 'stopped', 'preparing'),
  at(20, { kind: 'step', do: 'create-volume', what: 'data.img' }),
  state(1000, 'preparing', 'starting'),
  state(2000, 'starting', 'booting'),
  at(3000, { kind: 'guest-unit', unit: 'multi-user.target', active: true }),
]

describe('progress', () => {
  it('follows the guest and forgets what it heard in the stage before', () => {
    expect(fold(booting.slice(0, 3)).milestone).toBe('data.img')
    expect(fold(booting.slice(0, 4)).milestone).toBe('')
    expect(fold(booting).milestone).toBe('multi-user.target')
  })

  it('measures from the first event to ready, once', () => {
    const ready = fold([...booting, state(12_300, 'booting', 'ready')])
    expect(ready).toMatchObject({ state: 'ready', readyAfterMs: 12_300 })
    expect(isSettled(ready)).toBe(true)
    const again = [state(20_000, 'ready', 'rebooting'), state(30_000, 'rebooting', 'ready')].reduce(
      advance,
      ready,
    )
    expect(again.readyAfterMs).toBe(12_300)
  })

  it('takes escape sequences out of what the guest says', () => {
    const status = at(4000, { kind: 'guest-status', status: '\u001B[2Jhello\u0007' })
    expect(advance(fold(booting), status).milestone).toBe('hello')
  })

  it('keeps the failure', () => {
    const failed = fold([
      ...booting,
      at(5000, { kind: 'failed', code: 'GUEST_PANIC', message: 'The kernel panicked.', fix: 'Look.' }),
      state(6000, 'booting', 'failed'),
    ])
    expect(failed.failure).toEqual({ code: 'GUEST_PANIC', message: 'The kernel panicked.', fix: 'Look.' })
    expect(isSettled(failed)).toBe(true)
  })
})

describe('frames', () => {
  const frame = (machines: readonly Progress[], columns = 80) =>
    liveFrame(machines, T0 + 4200, columns, plain)

  it('shows one aligned line per machine', () => {
    const ready = fold([...booting, state(12_300, 'booting', 'ready')])
    const cache = notStarted('cache', { because: 'for web' })
    expect(frame([fold(booting), { ...ready, name: 'db' }, cache])).toEqual([
      'web    booting  multi-user.target  4.2 s',
      'db     ready    after 12.3 s (qemu, software emulation)',
      'cache  waiting  for web',
    ])
  })

  it('never fills the terminal to its edge', () => {
    const long = { ...fold(booting), milestone: 'x'.repeat(200) }
    for (const columns of [20, 40, 80])
      for (const line of frame([long], columns)) expect(widthOf(line)).toBeLessThan(Math.max(columns, 26))
  })

  it('is the same for the same moment', () => {
    expect(frame([fold(booting)])).toEqual(frame([fold(booting)]))
  })

  it('says in one line what it says in a frame', () => {
    expect(progressLine(fold([...booting, state(12_300, 'booting', 'ready')]), T0, 5, plain)).toBe(
      'web    ready  after 12.3 s (qemu, software emulation)',
    )
    const already = notStarted('web', { state: 'ready' })
    expect(progressLine(already, T0, 3, plain)).toBe('web  ready  already')
  })
})
