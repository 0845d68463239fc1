import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GuestNotice } from '../../../src/events/guest-notice.ts'
import {
  extendDeadline,
  newDeadline,
  NO_PROGRESS,
  noteProgress,
  PROGRESS_MAX,
} from '../../../src/events/progress.ts'
import { statusKey } from '../../../src/events/status-key.ts'

const further = (notices: readonly GuestNotice[]): boolean[] => {
  let progress = NO_PROGRESS
  return notices.map((notice) => {
    const noted = noteProgress(progress, notice)
    progress = noted.progress
    return noted.further
  })
}
const status = (text: string): GuestNotice => ({ kind: 'status', status: text })
const unit = (name: string, active = true): GuestNotice => ({ kind: 'unit', unit: name, active })

describe('what counts as progress', () => {
  test('one job that hangs, told three times a second, counts once', () => {
    const texts = ['3s', '3s', '1min 2s', '12s', '1h 2min'].map((time) =>
      status(`(1 of 1) User job slow.service/start running (${time} / 1min 30s)...`),
    )
    expect(further(texts)).toEqual([true, false, false, false, false])
    expect(statusKey('(1 of 1) Job a.service/start running (5s / no limit)...')).toBe(
      '(1) Job a.service/start running',
    )
  })

  test('jobs that take turns in the status count once each, fewer jobs count again', () => {
    expect(
      further([
        status('(1 of 2) Job a.service/start running (3s / no limit)...'),
        status('(2 of 2) Job b.service/start running (3s / no limit)...'),
        status('(1 of 2) Job a.service/start running (4s / no limit)...'),
        status('(1 of 1) Job b.service/start running (9s / no limit)...'),
      ]),
    ).toEqual([true, true, false, true])
  })

  test('new targets count, a target that comes and goes does not count for ever', () => {
    expect(
      further([
        unit('a.target'),
        unit('b.target'),
        unit('a.target', false),
        unit('a.target'),
        unit('a.target', false),
      ]),
    ).toEqual([true, true, true, false, false])
  })

  test('host name, machine id and READY=1 count once', () => {
    const all: GuestNotice[] = [
      { kind: 'hostname', hostname: 'a' },
      { kind: 'machine-id', machineId: 'b' },
      { kind: 'ready' },
    ]
    expect(further([...all, ...all])).toEqual([true, true, true, false, false, false])
  })

  test('reloading does not count', () => {
    expect(further([{ kind: 'reloading' }])).toEqual([false])
  })

  test('a guest that makes things up does not use up what PID 1 needs', () => {
    const made = Array.from({ length: PROGRESS_MAX + 10 }, (_, index) => unit(`x${index}.target`))
    expect(further([...made, status('Stopping the database')]).at(-1)).toBe(true)
  })
})

describe('the deadline', () => {
  test('moves with progress, up to the hard cap', () => {
    const start = newDeadline(1000, 60_000, 100_000)
    expect(start.at).toBe(61_000)
    expect(extendDeadline(start, 11_000).at).toBe(71_000)
    expect(extendDeadline(start, 90_000).at).toBe(101_000)
  })

  test('a cap below the window is the window', () => {
    expect(newDeadline(0, 60_000, 1000)).toMatchObject({ at: 60_000, hardAt: 60_000 })
  })

  test('is never earlier than before and never beyond the cap', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000), { maxLength: 30 }), (times) => {
        let deadline = newDeadline(0, 30_000, 120_000)
        for (const at of times) {
          const next = extendDeadline(deadline, at)
          expect(next.at).toBeGreaterThanOrEqual(deadline.at)
          expect(next.at).toBeLessThanOrEqual(120_000)
          deadline = next
        }
      }),
    )
  })
})
