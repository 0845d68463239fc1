import { describe, expect, test } from 'vitest'
import { type Ending, judgeExit } from '../../../src/events/judge-exit.ts'

const ending = (changes: Partial<Ending> = {}): Ending => ({
  code: 0,
  signal: undefined,
  shutdown: undefined,
  exitStatus: undefined,
  announces: true,
  panicked: false,
  ...changes,
})

describe('a VMM that ended without having been told to', () => {
  test.each(['poweroff', 'halt', 'reboot', 'kexec'])('after "%s" was announced: the guest', (shutdown) => {
    expect(judgeExit(ending({ shutdown, exitStatus: 3 }))).toMatchObject({
      kind: 'powered-off',
      exitStatus: 0,
      because: expect.stringContaining(shutdown),
    })
  })

  test('"exit" gives the status it came with', () => {
    expect(judgeExit(ending({ shutdown: 'exit', exitStatus: 3 }))).toMatchObject({ exitStatus: 3 })
    expect(judgeExit(ending({ shutdown: 'exit' }))).toMatchObject({ kind: 'powered-off', exitStatus: 0 })
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
