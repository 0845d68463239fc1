import { describe, expect, test } from 'vitest'
import { type Ending, judgeExit, judgeStop } from '../../../src/events/judge-exit.ts'

const ending = (changes: Partial<Ending> = {}): Ending => ({
  code: 0,
  signal: undefined,
  reason: undefined,
  shutdown: undefined,
  exitStatus: undefined,
  announces: true,
  panicked: false,
  ...changes,
})

describe('a VMM that ended without having been told to', () => {
  test.each(['poweroff', 'halt', 'exit'])('after "%s": the guest, with its exit status', (shutdown) => {
    expect(judgeExit(ending({ shutdown, exitStatus: 3 }))).toMatchObject({
      kind: 'powered-off',
      exitStatus: 3,
      because: expect.stringContaining(`${shutdown}, exit status 3`),
    })
    expect(judgeExit(ending({ shutdown }))).toMatchObject({ kind: 'powered-off', exitStatus: 0 })
  })

  test.each(['reboot', 'kexec'])('what "%s" carries is not the end of a job', (shutdown) => {
    expect(judgeExit(ending({ shutdown, exitStatus: 3 }))).toMatchObject({
      kind: 'powered-off',
      exitStatus: 0,
      because: expect.stringContaining(shutdown),
    })
  })

  test.each(['guest-shutdown', 'guest-reset'])('"%s" is the guest, whatever it has said', (reason) => {
    for (const shutdown of [undefined, 'poweroff'])
      expect(judgeExit(ending({ reason, shutdown }))).toMatchObject({ kind: 'powered-off' })
  })

  test.each(['host-signal', 'host-qmp-quit', 'host-error', 'host-ui', 'none'])(
    '"%s" is a power cut, even when a process of the guest has said that it powers off',
    (reason) => {
      for (const shutdown of [undefined, 'poweroff'])
        expect(judgeExit(ending({ reason, shutdown }))).toMatchObject({
          kind: 'crashed',
          because: expect.stringContaining(reason),
        })
    },
  )

  test('"guest-panic" is a panic', () => {
    expect(judgeExit(ending({ reason: 'guest-panic', shutdown: 'poweroff' }))).toMatchObject({
      kind: 'panicked',
    })
  })

  test('status 0 without a word is a crash, of a guest that announces its shutdowns', () => {
    expect(judgeExit(ending())).toMatchObject({
      kind: 'crashed',
      because: expect.stringContaining('had not said'),
    })
    expect(judgeExit(ending({ announces: false }))).toMatchObject({ kind: 'powered-off' })
  })

  test.each([
    [{ code: 1 }, 'exit status 1'],
    [{ code: undefined, signal: 'SIGKILL' }, 'signal SIGKILL'],
    [{ code: undefined, signal: 'SIGSYS' }, 'signal SIGSYS'],
    [{ code: undefined }, 'exit status unknown'],
  ])('%o is a crash, whatever the guest said before', (how, text) => {
    for (const shutdown of [undefined, 'poweroff'])
      expect(judgeExit(ending({ ...how, shutdown }))).toMatchObject({
        kind: 'crashed',
        because: expect.stringContaining(text),
      })
  })

  test('a panic comes before everything', () => {
    for (const change of [{}, { code: 1 }, { shutdown: 'poweroff' }])
      expect(judgeExit(ending({ ...change, panicked: true }))).toMatchObject({ kind: 'panicked' })
  })
})

test.each([
  ['the guest has shut down', { reason: 'guest-shutdown' }, false, 'graceful'],
  [
    'a signal ended the hypervisor, and a process of the guest had lied',
    { reason: 'host-signal' },
    true,
    'forced',
  ],
  [
    'it was killed, and a process of the guest had lied',
    { code: undefined, signal: 'SIGKILL' },
    true,
    'killed',
  ],
  ['it crashed, and a process of the guest had lied', { code: 1 }, true, 'crashed'],
  ['nothing is known but that the guest had said so', {}, true, 'graceful'],
  ['nothing is known, and the guest had not said so', {}, false, 'forced'],
  ['the guest never says so', { announces: false }, false, 'graceful'],
] as const)('a stop while %s', (_what, changes, leaving, outcome) => {
  expect(judgeStop(ending(changes), leaving)).toBe(outcome)
})
