import { describe, expect, test } from 'vitest'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import type { ErrorCode } from '../../../src/errors/catalogue.ts'
import { type Attempts, NO_ATTEMPTS, nextStart } from '../../../src/machine/restart-policy.ts'

const crash = (readyForMs: number | undefined, code: ErrorCode = 'VMM_CRASHED') => ({
  failure: new MicrovmError(code, 'It failed.'),
  exit: 1,
  readyForMs,
})
const poweroff = { failure: undefined, exit: 0, readyForMs: 5_000 }

describe('restart', () => {
  test('pauses double up to half a minute, and are short again after a minute of ready', () => {
    let attempts: Attempts = NO_ATTEMPTS
    const pauses = Array.from({ length: 7 }, () => {
      const next = nextStart('on-failure', attempts, crash(1_000))
      attempts = next.attempts
      return next.restart?.inMs
    })
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    const recovered = nextStart('on-failure', attempts, crash(60_000))
    expect(recovered.restart?.inMs).toBe(1_000)
    expect(nextStart('on-failure', recovered.attempts, crash(undefined)).restart?.inMs).toBe(2_000)
  })

  test('five starts in a row that did not get ready are enough; one that did begins the count anew', () => {
    const fail = crash(undefined, 'GUEST_NOT_READY_IN_TIME')
    let attempts: Attempts = NO_ATTEMPTS
    const tries = [fail, fail, fail, crash(10), fail, fail, fail, fail, fail].map((end) => {
      const next = nextStart('on-failure', attempts, end)
      attempts = next.attempts
      return next.restart?.failures
    })
    expect(tries).toEqual([1, 2, 3, 0, 1, 2, 3, 4, undefined])
  })

  test('by policy', () => {
    const again = (policy: 'no' | 'on-failure' | 'always', end: Parameters<typeof nextStart>[2]): boolean =>
      nextStart(policy, NO_ATTEMPTS, end).restart !== undefined
    expect((['no', 'on-failure', 'always'] as const).map((policy) => again(policy, crash(1)))).toEqual([
      false,
      true,
      true,
    ])
    expect((['no', 'on-failure', 'always'] as const).map((policy) => again(policy, poweroff))).toEqual([
      false,
      false,
      true,
    ])
    // `systemctl exit 7`: a job that failed, as Restart=on-failure of a unit has it.
    expect(again('on-failure', { ...poweroff, exit: 7 })).toBe(true)
    expect(again('no', { ...poweroff, exit: 7 })).toBe(false)
  })

  test.each(['FILE_MISSING', 'MACHINE_ALREADY_RUNNING', 'PROGRAM_MISSING', 'HOST_PERMISSION', 'INTERNAL'] as const)(
    'not after %s: the next try would find the same',
    (code) => {
      expect(nextStart('always', NO_ATTEMPTS, crash(undefined, code)).restart).toBeUndefined()
    },
  ) // prettier-ignore

  test('but after a disk that is locked, or too full', () => {
    for (const code of ['DISK_IN_USE', 'DISK_FULL', 'SIDECAR_FAILED'] as const)
      expect(nextStart('on-failure', NO_ATTEMPTS, crash(undefined, code)).restart).toBeDefined()
  })
})
