import { existsSync, readdirSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { openProgram } from './program.ts'

const isReady = (event: { kind: string }): boolean => event.kind === 'guest-ready'
const shell = (script: string): string[] => ['sh', '-c', script, 'sh']

/** Each is what a shell makes of `microvm run web …`. */
const OUTPUTS = {
  'stderr goes to a pipe whose reader ends after two lines':
    '"$@" 2>&1 >/dev/null | head -n 2 >/dev/null; sleep 1000',
  'stdout and stderr are full': 'exec "$@" >/dev/full 2>/dev/full',
  'stdout and stderr are closed': 'exec "$@" >&- 2>&-',
  'stderr is a pipe that nobody reads': '"$@" 2>&1 | sleep 1000',
  'stderr is a directory’s descriptor, not open for writing': 'exec "$@" 2</',
} as const

describe.concurrent('a machine does not depend on who reads what its supervisor prints', () => {
  for (const [what, script] of Object.entries(OUTPUTS))
    test(what, async ({ expect }) => {
      await using program = openProgram('credentials.token.text = "do not leave me"')
      const run = program.start(['run', 'web', '--verbose'], shell(script))
      await program.event(isReady)
      await sleep(300)
      expect(program.record()).toMatchObject({ state: 'ready' })
      const down = await program.run('down', 'web')
      expect(down.exit, down.err).toBe(0)
      expect(down.err).toContain('graceful')
      expect(program.record()).toMatchObject({ state: 'stopped', outcome: 'graceful' })
      expect(existsSync(program.places.run)).toBe(false)
      run.child.kill('SIGKILL')
    })

  test('the messages of a detached supervisor go to the log that turns over', async ({ expect }) => {
    await using program = openProgram()
    const up = await program.run('up', '-d')
    expect(up.exit, up.err).toBe(0)
    expect(readdirSync(program.places.state)).toContain('vmm.log')
    expect(statSync(program.places.vmmLog).size).toBeGreaterThan(0)
    await program.run('down')
  })
})

describe.concurrent('other commands end when their output does', () => {
  test('a full disk is an error with a code', async ({ expect }) => {
    await using program = openProgram()
    const help = await program.start(['schema'], shell('exec "$@" >/dev/full')).ended
    expect(help).toMatchObject({ exit: 1, err: expect.stringContaining('DISK_FULL') })
  })

  test('a reader that has gone is the end, as by SIGPIPE', async ({ expect }) => {
    await using program = openProgram()
    const { out } = await program.start(
      ['schema'],
      ['bash', '-c', '"$@" | true; echo status ${PIPESTATUS[0]}', 'bash'],
    ).ended
    expect(out).toContain('status 141')
  })
})
