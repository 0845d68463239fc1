import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { STORIES } from '../../fakes/guest-simulator.ts'
import type { Step } from '../../fakes/fake-script.ts'
import { type Engine, openEngine, type Supervised } from './engine.ts'

const BOOT: readonly Step[] = STORIES['boot'] ?? []

type Client = { socket: Socket; read: () => string; until: (text: string) => Promise<void> }

const attach = (engine: Engine): Client => {
  const socket = connect(engine.places.console)
  let text = ''
  const waiting = new Set<() => void>()
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    text += chunk.toString()
    for (const look of waiting) look()
  })
  return {
    socket,
    read: () => text,
    until: (wanted) =>
      new Promise((done, reject) => {
        const timer = setTimeout(
          () =>
            reject(
              new Error(
                `no "${wanted}" in ${text.length}, destroyed ${socket.destroyed}:\n${text.slice(-80)}`,
              ),
            ),
          20_000,
        )
        const look = (): void => {
          if (!text.slice(-400_000).includes(wanted)) return
          clearTimeout(timer)
          waiting.delete(look)
          done()
        }
        waiting.add(look)
        look()
      }),
  }
}

const started = async (engine: Engine, story: readonly Step[], boots: Step[][] = []): Promise<Supervised> => {
  engine.script({ guest: { boots: [[...BOOT, ...story], ...boots] } })
  const run = engine.run(engine.plan())
  await run.ready()
  return run
}

describe.concurrent('the console', () => {
  test('is logged from its first line, in a file and on a socket for the owner only', async ({ expect }) => {
    await using engine = openEngine()
    const run = await started(engine, [{ console: 'fake login:' }])
    const client = attach(engine)
    await client.until('fake login:')
    expect(client.read()).toContain('[    0.000000] Linux version')
    expect(statSync(engine.places.console).mode & 0o777).toBe(0o600)
    expect(statSync(engine.places.consoleLog).mode & 0o777).toBe(0o600)
    run.stop()
    await run.ended
    expect(readFileSync(engine.places.consoleLog, 'utf8')).toMatch(
      /^\[ {4}0\.000000\] Linux version[\s\S]*fake login:/,
    )
    expect(existsSync(engine.places.console)).toBe(false)
    expect(client.socket.destroyed || client.socket.readableEnded).toBe(true)
  })

  test('is shared: two clients see the same, and both may type', async ({ expect }) => {
    await using engine = openEngine()
    await started(engine, [])
    const [one, two] = [attach(engine), attach(engine)]
    await Promise.all([one.until('Linux version'), two.until('Linux version')])
    one.socket.write('from one')
    await Promise.all([one.until('you typed from one'), two.until('you typed from one')])
    two.socket.write('from two')
    await Promise.all([one.until('you typed from two'), two.until('you typed from two')])
    one.socket.destroy()
    two.socket.write('alone')
    await two.until('you typed alone')
    expect(one.read()).not.toContain('alone')
  })

  test('a client that does not read is dropped, the others and the log go on', async ({ expect }) => {
    await using engine = openEngine()
    const run = await started(engine, [
      { until: 'flood' },
      { console: 'x'.repeat(1_022), times: 10_000 },
      { console: 'after the flood' },
    ])
    const [slow, quick] = [attach(engine), attach(engine)]
    await Promise.all([slow.until('Linux version'), quick.until('Linux version')])
    slow.socket.pause()
    engine.signal('flood')
    await quick.until('after the flood')
    slow.socket.resume()
    // It ends, and what it had not taken is lost to it alone.
    await new Promise((done) => slow.socket.once('close', done))
    expect(slow.read()).not.toContain('after the flood')
    run.stop()
    await run.ended
    expect(readFileSync(engine.places.consoleLog, 'utf8')).toContain('after the flood')
  })

  test('comes back after a reboot, for clients that stayed', async () => {
    await using engine = openEngine()
    const run = await started(
      engine,
      [{ until: 'reboot' }, { vmm: 'reboot' }],
      [[...BOOT, { console: 'second time' }]],
    )
    const client = attach(engine)
    await client.until('boot 1')
    engine.signal('reboot')
    await run.event((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2)
    await client.until('boot 2')
    await client.until('second time')
    client.socket.write('again')
    await client.until('you typed again')
  })

  test('of a machine that has none needs none', async ({ expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan({ console: { device: 'off', login: false } }))
    await run.ready()
    await sleep(0)
    expect(existsSync(engine.places.console)).toBe(false)
  })
})
