import { describe, expect, test } from 'vitest'
import { parseRecord } from '../../../src/state/parse-record.ts'
import type { Record } from '../../../src/state/record.ts'

const AT = '2026-11-20T12:00:00.000Z'
const record: Record = {
  schema: 1,
  machine: 'web',
  definition: '/project/microvm.toml',
  planHash: 'abc',
  startedAt: AT,
  supervisor: { pid: 10, startTime: '1@a' },
  vmm: { pid: 11, startTime: '2@a' },
  helpers: [{ name: 'virtiofsd', pid: 12, startTime: '3@a' }],
  hypervisor: { name: 'qemu', version: '10.0.2', accel: 'tcg' },
  state: 'failed',
  since: AT,
  because: 'It failed.',
  guestStatus: 'Ready.',
  notice: 'Its run directory was removed.',
  after: ['db'],
  image: 'debian trixie',
  forwards: ['127.0.0.1:8080 to 80/tcp'],
  readyAfterMs: 1500,
  boots: 1,
  outcome: 'crashed',
  exitStatus: 7,
  failure: { code: 'VMM_CRASHED', message: 'It died.', because: 'one\ntwo', fix: 'Look.' },
  restartAt: AT,
  run: '/run/microvm/web',
  console: '/run/microvm/web/console.sock',
  vsock: '/run/microvm/web/vsock.sock',
  ports: { ssh: 22 },
}

describe('a record', () => {
  test('is read as it was written', () => {
    expect(parseRecord(JSON.stringify(record))).toEqual(record)
    const early: Record = {
      ...record,
      vmm: null,
      guestStatus: null,
      readyAfterMs: null,
      outcome: null,
      exitStatus: null,
      failure: null,
      restartAt: null,
    }
    expect(parseRecord(JSON.stringify(early))).toEqual(early)
    expect(parseRecord(JSON.stringify({ ...early, restartAt: undefined }))).toEqual(early)
  })

  test('of a newer version loses what is not known', () => {
    expect(parseRecord(JSON.stringify({ ...record, mood: 'good' }))).toEqual(record)
  })

  test.each([
    '',
    'null',
    '[]',
    '5',
    '{}',
    '{"schema":2}',
    '{"schema":"\u009B"}',
    JSON.stringify(record).slice(0, -1),
  ])('is none: %j', (text) => expect(() => parseRecord(text)).toThrow(/./))

  /** Records of older versions lack these. */
  const YOUNGER = ['restartAt', 'exitStatus', 'notice', 'after', 'image', 'forwards']
  const fields = Object.keys(record).filter((name) => name !== 'schema') as (keyof Record)[]
  test.each(fields)('with %s of another type is refused', (name) => {
    for (const value of [5.5, true, 'what', {}, undefined]) {
      if (typeof value === typeof record[name] || (YOUNGER.includes(name) && value === undefined)) continue
      expect(() => parseRecord(JSON.stringify({ ...record, [name]: value }))).toThrow(
        `its ${name} is missing or of another kind`,
      )
    }
  })

  test.each([
    { failure: { code: 'X', message: 5 } },
    { failure: { code: 'X', message: 'x', because: null } },
    { supervisor: { pid: 0, startTime: '' } },
    { supervisor: { pid: -1, startTime: '' } },
    { vmm: { pid: 1.5, startTime: '' } },
    { helpers: [{ name: 5, pid: 1, startTime: '' }] },
    { helpers: [null] },
    { hypervisor: { name: 'qemu', version: '1', accel: 'toString' } },
    { state: 'constructor' },
    { outcome: 'well' },
    { since: 'soon' },
    { ports: { ssh: '22' } },
    { machine: null },
    { boots: null },
  ])('with %j is refused', (change) => {
    expect(() => parseRecord(JSON.stringify({ ...record, ...change }))).toThrow(/missing or of another kind/)
  })

  test('has no text that harms a terminal', () => {
    const evil = '\u001B]52;c;x\u0007\u001B[2J\u009Bone\ntwo'
    const text = JSON.stringify({
      ...record,
      definition: evil,
      because: evil,
      hypervisor: { ...record.hypervisor, name: evil, version: evil },
      failure: { code: evil, message: evil, because: evil, fix: evil },
      ports: { [evil]: 1 },
    })
    expect(parseRecord(text)).toMatchObject({
      definition: 'one two',
      because: 'one\ntwo',
      hypervisor: { name: 'one two', version: 'one two' },
      failure: { code: 'one two', message: 'one two', because: 'one\ntwo', fix: 'one\ntwo' },
      ports: { 'one two': 1 },
    })
  })
})
