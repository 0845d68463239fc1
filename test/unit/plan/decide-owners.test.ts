import { describe, expect, test } from 'vitest'
import { decideOwners } from '../../../src/plan/decide-owners.ts'
import type { ShareSpec } from '../../../src/spec/machine-spec.ts'
import { observed, program } from '../../machine-spec.ts'

const share = (changes: Partial<ShareSpec> = {}): ShareSpec => ({
  id: 'fs0',
  tag: 'site',
  source: '/site',
  mountPoint: '/srv',
  readOnly: false,
  cache: 'auto',
  posixAcl: false,
  xattr: false,
  extraArgs: [],
  socket: undefined,
  queueSize: 1024,
  pciSegment: 0,
  iommu: false,
  ...changes,
})
const none = {
  usable: false,
  because: 'There is no newuidmap.',
  fix: 'Run "sudo apt install uidmap".',
} as const
const decide = (changes: Partial<ShareSpec>, host: Parameters<typeof observed>[0], minor = 13) =>
  decideOwners(share(changes), program('virtiofsd', 1, minor), observed(host), ['machines', 'web'])

describe('who owns what in a share', () => {
  test('root keeps every owner as it is', () =>
    expect(decide({}, { uid: 0, idMapping: none })).toMatchObject({
      owners: { kind: 'same', uids: [] },
      warning: undefined,
    }))
  test("with subordinate ids the guest's root is the user, and every other id has one of its own", () =>
    expect(decide({}, { uid: 1000, gid: 100 })).toMatchObject({
      owners: {
        kind: 'map',
        uids: [
          { guest: 0, host: 1000, count: 1 },
          { guest: 1, host: 100_000, count: 65_536 },
        ],
        gids: [{ guest: 0, host: 100, count: 1 }, {}],
      },
      warning: undefined,
    }))
  test('without them everything belongs to one user, with a warning that has the way out', () =>
    expect(decide({}, { uid: 1000, idMapping: none })).toMatchObject({
      owners: { kind: 'squash' },
      warning: {
        because: none.because,
        fix: none.fix,
        message: expect.stringContaining('does not keep owners'),
      },
    }))
  test.each([
    ['POSIX ACLs exclude a translation of owners', { posixAcl: true }, 13],
    ['an older virtiofsd cannot translate', {}, 11],
  ])('%s: other users fail there, and a warning says so', (_, changes, minor) =>
    expect(decide(changes, { uid: 1000, idMapping: none }, minor)).toMatchObject({
      owners: { kind: 'single' },
      warning: { message: expect.stringContaining('knows one user only') },
    }),
  )
  test('what extraArgs say is left alone', () =>
    expect(decide({ extraArgs: ['--translate-uid', 'map:0:1000:1'] }, {})).toMatchObject({
      owners: { kind: 'given' },
      warning: undefined,
    }))
})
