import { expect, test } from 'vitest'
import { startFailures, type StartedUnit } from '../../../src/cli/units/start-failures.ts'
import type { UnitState } from '../../../src/host-install/unit-state.ts'

const state = (changes: Partial<UnitState> = {}): UnitState => ({
  machine: 'web',
  activeState: 'inactive',
  subState: 'dead',
  result: 'success',
  statusText: '',
  mainPid: 0,
  exitStatus: 0,
  enabled: 'disabled',
  invocation: 'old',
  lastPid: 10,
  ...changes,
})
const unit = (machine: string, now: Partial<UnitState>, more: Partial<StartedUnit> = {}): StartedUnit => ({
  machine,
  after: [],
  before: state({ machine }),
  now: state({ machine, ...now }),
  record: undefined,
  ...more,
})
const failure = { code: 'GUEST_EMERGENCY', message: 'It is in emergency mode.' }
const recordOf = (pid: number): StartedUnit['record'] => ({ supervisor: { pid, startTime: '' }, failure })
const FAILED = { activeState: 'failed', result: 'exit-code', exitStatus: 124, invocation: 'new', lastPid: 11 }

test('a machine that was not started for another says so, and that one why; nothing old is told', () => {
  const { errors, exit } = startFailures([
    unit('db', FAILED, { record: recordOf(11) }),
    // What an earlier start of it has left.
    unit('web', { exitStatus: 77, statusText: 'failed: long ago' }, { after: ['db'], record: recordOf(10) }),
  ])
  expect(errors.map(({ code, machine }) => [code, machine])).toEqual([
    ['GUEST_EMERGENCY', 'db'],
    ['DEPENDENCY_FAILED', 'web'],
  ])
  expect(errors[1]?.message).toContain('"db" did not become ready')
  expect(exit).toBe(124)
})

test('a record of another run is not believed: the status of this one is', () => {
  const { errors } = startFailures([
    unit('web', { ...FAILED, statusText: 'failed: no kernel' }, { record: recordOf(10) }),
  ])
  expect(errors[0]).toMatchObject({ code: 'PROGRAM_FAILED', because: 'no kernel' })
})

test('a start that was under way already is explained as well', () => {
  const { errors } = startFailures([
    unit('web', { ...FAILED, invocation: 'old' }, { before: state({ activeState: 'activating' }), record: recordOf(11) }), // prettier-ignore
  ])
  expect(errors.map(({ code }) => code)).toEqual(['GUEST_EMERGENCY'])
})

test('a unit systemd refuses to start', () => {
  const { errors, exit } = startFailures([
    unit('web', { exitStatus: 4 }),
    unit('db', { activeState: 'active' }),
  ])
  expect(errors[0]?.message).toBe('systemd did not start the unit of "web".')
  expect(exit).toBe(1)
})
