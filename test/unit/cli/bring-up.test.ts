import { describe, expect, it } from 'vitest'
import { bringUp, failedToStart } from '../../../src/cli/up/bring-up.ts'
import { failureOf, worstExit } from '../../../src/cli/up/failures.ts'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import { notStarted, type Progress } from '../../../src/report/progress.ts'

const machine = (name: string, ...after: string[]) => ({ name, after })
const ready = (name: string): Progress => notStarted(name, { state: 'ready' })
const timedOut = (name: string): Progress =>
  notStarted(name, { state: 'failed', failure: { code: 'GUEST_NOT_READY_IN_TIME', message: 'late' } })

describe('bringUp', () => {
  it('starts a machine only when all it comes after are ready, the others at once', async () => {
    const log: string[] = []
    const gates = new Map(['db', 'cache', 'web'].map((name) => [name, Promise.withResolvers<Progress>()]))
    const done = bringUp(
      [machine('web', 'db', 'cache'), machine('db'), machine('cache')],
      (name) => {
        log.push(name)
        return gates.get(name)?.promise ?? Promise.reject(new Error(name))
      },
      () => undefined,
    )
    await Promise.resolve()
    gates.get('db')?.resolve(ready('db'))
    await new Promise(setImmediate)
    expect(log.toSorted()).toEqual(['cache', 'db'])
    gates.get('cache')?.resolve(ready('cache'))
    await new Promise(setImmediate)
    expect(log).toHaveLength(3)
    gates.get('web')?.resolve(ready('web'))
    expect((await done).map(({ name, state }) => [name, state])).toEqual([
      ['web', 'ready'],
      ['db', 'ready'],
      ['cache', 'ready'],
    ])
  })

  it('blocks what comes after a failure, and what comes after that; the rest goes on', async () => {
    const blocked: string[] = []
    const results = await bringUp(
      [machine('db'), machine('app', 'db'), machine('web', 'app'), machine('other')],
      async (name) => (name === 'db' ? timedOut(name) : ready(name)),
      (progress) => blocked.push(progress.name),
    )
    expect(results.map(({ state }) => state)).toEqual(['failed', 'blocked', 'blocked', 'ready'])
    expect(blocked).toEqual(['app', 'web'])
    expect(results[1]?.failure).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: 'Not started: "db" did not become ready.',
    })
    expect(worstExit(results)).toBe(124)
  })

  it('ends with the error of a start that rejects', async () => {
    const interrupted = new Error('stop')
    await expect(
      bringUp(
        [machine('a'), machine('b', 'a')],
        () => Promise.reject(interrupted),
        () => undefined,
      ),
    ).rejects.toBe(interrupted)
  })
})

describe('failures', () => {
  it('keeps what a thrown error says, and passes defects on', () => {
    const error = new MicrovmError('DISK_IN_USE', 'locked', { because: 'pid 7', fix: 'stop it' })
    expect(failedToStart('a', error).failure).toEqual({
      code: 'DISK_IN_USE',
      message: 'locked',
      because: 'pid 7',
      fix: 'stop it',
    })
    expect(() => failedToStart('a', new TypeError('oops'))).toThrow('oops')
  })

  it('counts emergency mode and a guest that powered off as failures, ready as none', () => {
    expect(failureOf(notStarted('a', { state: 'emergency' }))?.code).toBe('GUEST_EMERGENCY')
    expect(failureOf(notStarted('a', { state: 'stopped' }))?.code).toBe('GUEST_POWERED_OFF_BEFORE_READY')
    expect(failureOf(ready('a'))).toBeUndefined()
    expect(worstExit([ready('a')])).toBe(0)
  })

  it('gives status 1 to a code it does not know', () => {
    const odd = notStarted('a', { state: 'failed', failure: { code: 'FROM_THE_FUTURE', message: 'x' } })
    expect(worstExit([odd])).toBe(1)
  })
})
