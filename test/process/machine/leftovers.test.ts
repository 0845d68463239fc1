import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { identify } from '../../../src/host/proc.ts'
import { observeMachines } from '../../../src/state/observe.ts'
import type { Recorded } from '../../../src/events/event.ts'
import type { Record } from '../../../src/state/record.ts'
import { type Engine, NOTHING, openEngine } from './engine.ts'

const cleaned = (events: readonly Recorded[]): string =>
  events.flatMap((event) => (event.kind === 'cleaned' ? [event.what] : [])).join('\n')

/** The record of a machine that ran, changed. */
const recordOf = async (engine: Engine, change: Partial<Record>): Promise<void> => {
  const run = engine.run(engine.plan())
  await run.ready()
  const record = engine.record()
  run.stop()
  await run.ended
  writeFileSync(engine.places.record, JSON.stringify({ ...record, ...change }))
}

const dead = { pid: 4_194_304, startTime: '1@gone' }

describe.concurrent('what an earlier run left', () => {
  test('a second supervisor is told who has the machine, and changes nothing', async ({ expect }) => {
    await using engine = openEngine()
    const first = engine.run(engine.plan())
    await first.ready()
    await expect(engine.run(engine.plan()).ended).rejects.toMatchObject({
      code: 'MACHINE_ALREADY_RUNNING',
      because: expect.stringContaining(`pid ${process.pid}`),
      fix: expect.stringContaining('microvm down web'),
    })
    expect(readFileSync(engine.places.events, 'utf8').match(/"kind":"run"/g)).toHaveLength(1)
    expect(engine.record()).toMatchObject({ state: 'ready' })
    first.stop()
    expect(await first.ended).toMatchObject({ outcome: 'graceful' })
  })

  test('two that start at the same moment: one runs, the other says so', async ({ expect }) => {
    await using engine = openEngine()
    const plan = engine.plan()
    const both = [engine.run(plan), engine.run(plan)]
    const winner = await Promise.race(both.map(async (run) => (await run.ready(), run)))
    const loser = both.find((run) => run !== winner)
    await expect(loser?.ended).rejects.toMatchObject({ code: 'MACHINE_ALREADY_RUNNING' })
    winner.stop()
    expect(await winner.ended).toMatchObject({ exit: 0 })
  })

  test('stale sockets and files are removed, and said', async ({ expect }) => {
    await using engine = openEngine()
    mkdirSync(join(engine.places.run, 'secrets'), { recursive: true })
    writeFileSync(join(engine.places.run, 'secrets/token'), 'x')
    for (const name of ['vsock.sock', 'console-vmm.sock', 'api.sock', 'vsock.sock_1234']) {
      const server = createServer()
      await new Promise<void>((done) => server.listen(join(engine.places.run, name), done))
      // The file stays, as after a SIGKILL.
      server.unref()
    }
    const run = engine.run(engine.plan())
    await run.ready()
    expect(cleaned(run.events)).toMatch(/api\.sock.*vsock\.sock_1234 of an earlier run/)
    run.stop()
    await run.ended
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('a record of a dead supervisor reads as failed, and does not keep the next one', async ({
    expect,
  }) => {
    await using engine = openEngine()
    await recordOf(engine, { state: 'ready', supervisor: dead, vmm: null, helpers: [] })
    const directories = { runtime: join(engine.folder, 'r'), state: join(engine.folder, 's'), cache: '' }
    expect(observeMachines(directories)).toMatchObject([
      { name: 'web', status: 'failed', because: expect.stringContaining('is gone') },
    ])
    const run = engine.run(engine.plan())
    await run.ready()
  })

  test('a pid that is somebody else’s by now is not touched', async ({ expect }) => {
    await using engine = openEngine()
    const other = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      const { pid = 0 } = other
      await recordOf(engine, {
        state: 'ready',
        supervisor: dead,
        vmm: { pid, startTime: '12345@another' },
        helpers: [{ name: 'virtiofsd', pid: process.pid, startTime: '1' }],
      })
      const run = engine.run(engine.plan())
      await run.ready()
      expect(identify(pid)).toBeDefined()
      expect(cleaned(run.events)).not.toContain('pid')
      run.stop()
      await run.ended
    } finally {
      other.kill('SIGKILL')
    }
  })

  test('a VMM that outlived its supervisor and holds the lock is ended, and said', async ({ expect }) => {
    await using engine = openEngine()
    await recordOf(engine, {})
    const script = 'exec 3>>"$0"; flock 3; echo locked; exec sleep 60'
    const orphan = spawn('sh', ['-c', script, engine.places.lock], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = new Promise((done) => orphan.on('exit', (_, signal) => done(signal)))
    await once(orphan.stdout, 'data')
    const id = identify(orphan.pid ?? 0) ?? dead
    writeFileSync(
      engine.places.record,
      JSON.stringify({ ...engine.record(), state: 'ready', supervisor: dead, vmm: id }),
    )
    const run = engine.run(engine.plan())
    await run.ready()
    expect(cleaned(run.events)).toContain(`cloud-hypervisor (pid ${id.pid}) of an earlier run`)
    expect(await ended).toBe('SIGKILL')
  })

  test('one that holds a lock after its supervisor and its record have gone is ended, and said', async ({
    expect,
  }) => {
    await using engine = openEngine()
    mkdirSync(engine.places.run)
    const script = 'exec 3>>"$0"; flock 3; echo locked; exec sleep 60'
    const orphan = spawn('sh', ['-c', script, engine.places.runLock], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = new Promise((done) => orphan.on('exit', (_, signal) => done(signal)))
    await once(orphan.stdout, 'data')
    const run = engine.run(engine.plan())
    await run.ready()
    expect(cleaned(run.events)).toContain(`process ${orphan.pid}, which held the lock of an earlier run`)
    expect(await ended).toBe('SIGKILL')
  })

  test('a broken record is listed as broken, said and replaced', async ({ expect }) => {
    await using engine = openEngine()
    mkdirSync(engine.places.state, { recursive: true })
    writeFileSync(engine.places.record, '{"schema": 1, "machine"')
    const directories = { runtime: join(engine.folder, 'r'), state: join(engine.folder, 's'), cache: '' }
    expect(observeMachines(directories)).toMatchObject([{ name: 'web', status: 'broken' }])
    const run = engine.run(engine.plan())
    await run.ready()
    expect(cleaned(run.events)).toContain('a record that could not be read')
    expect(observeMachines(directories)).toMatchObject([{ status: 'ready', supervisorPid: process.pid }])
  })
})
