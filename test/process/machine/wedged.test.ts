import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { openProgram } from './program.ts'

const isReady = (event: { kind: string }): boolean => event.kind === 'guest-ready'

/** Holds a process as a debugger does (ptrace(2), PTRACE_ATTACH): no signal but SIGKILL reaches it, and SIGCONT does not continue it. */
const wedge = (pid: number): (() => void) => {
  const script = 'syscall(101, 16, $ARGV[0] + 0, 0, 0) == 0 or die "ptrace: $!"; sleep 120'
  const tracer = spawn('perl', ['-e', script, String(pid)], { stdio: 'inherit' })
  return () => void tracer.kill('SIGKILL')
}

describe.concurrent('a supervisor that does not answer', () => {
  test('one that was stopped is continued, and stops its machine as asked', async ({ expect }) => {
    await using program = openProgram()
    const run = program.start(['run', 'web'])
    await program.event(isReady)
    run.child.kill('SIGSTOP')
    const { exit, err } = await program.run('down', 'web')
    expect(exit, err).toBe(0)
    expect(err).toContain('it is continued')
    expect(err).toContain('graceful')
    expect(await run.ended).toMatchObject({ exit: 0 })
  })

  test('--force ends the machine without it: no process, no secret, no socket is left, and it is said', async ({
    expect,
  }) => {
    await using program = openProgram('credentials.token.text = "do not leave me"')
    const run = program.start(['run', 'web'])
    await program.event(isReady)
    const release = wedge(run.child.pid ?? 0)
    try {
      const { exit, err } = await program.run('down', 'web', '--force')
      expect(exit, err).toBe(0)
      expect(err).toContain('ended without it')
      expect(err).toContain('killed')
    } finally {
      release()
    }
    await run.ended
    await program.gone()
    expect(existsSync(program.places.run)).toBe(false)
    expect(program.record()).toMatchObject({ state: 'stopped', outcome: 'killed', vmm: null })
    const again = await program.run('up', '-d')
    expect(again.exit, again.err).toBe(0)
    await program.run('down')
  })

  test('a plain down can be interrupted: first into force, then altogether', async ({ expect }) => {
    await using program = openProgram()
    const run = program.start(['run', 'web'])
    await program.event(isReady)
    const release = wedge(run.child.pid ?? 0)
    try {
      const down = program.start(['down', 'web'])
      await sleep(2500)
      down.child.kill('SIGINT')
      await sleep(500)
      down.child.kill('SIGINT')
      const { exit, err } = await down.ended
      expect(exit, err).toBe(130)
      expect(err).toContain('Stopped waiting')
    } finally {
      release()
    }
    await run.ended
    await program.gone()
  })
})
