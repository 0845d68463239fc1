import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { numbers } from './numbers.ts'
import { processesIn } from './processes.ts'
import { openProgram } from './program.ts'

/** MOMENTS gives more rounds by hand, SEED other ones. */
const ROUNDS = Number(process.env['MOMENTS'] ?? 20)
const SEED = Number(process.env['SEED'] ?? 29)
/** Each lane has a machine of its own. */
const LANES = 2
/** A start of the fakes takes about this long. */
const START_MS = 800
/** The kernel kills at once; a loaded host takes its time to do so. */
const GONE_SECONDS = 5

const DEFINITION = 'sharedMem = true\nshares = [{ source = "shared", tag = "data" }]'

const openMachine = (env: NodeJS.ProcessEnv = {}) => {
  const program = openProgram(DEFINITION, env)
  mkdirSync(join(program.folder, 'shared'))
  return program
}
type Program = ReturnType<typeof openMachine>

const expectNothingLeft = async (program: Program, what: string): Promise<void> => {
  for (const deadline = Date.now() + GONE_SECONDS * 1000; Date.now() < deadline; await sleep(20))
    if (processesIn(program.folder).length === 0) return
  expect(processesIn(program.folder), `${what}; its events: ${program.events().map(({ kind }) => kind).join(', ')}`).toEqual([])
} // prettier-ignore

/** The next start is not troubled by what was left. */
const expectStart = async (program: Program): Promise<void> => {
  const run = program.start(['run', 'web'])
  await program.event((event) => event.kind === 'run' && event.pid === run.child.pid)
  await program.event(({ kind }) => kind === 'guest-ready')
  run.child.kill('SIGTERM')
  expect(await run.ended).toMatchObject({ exit: 0 })
  await expectNothingLeft(program, 'after its end')
}

test('a supervisor that is killed at any moment of its start leaves no hypervisor and no helper', async () => {
  const lane = async (first: number): Promise<void> => {
    await using program = openMachine()
    program.script({ helpers: { virtiofsd: { sandbox: true } } })
    for (let round = first; round < ROUNDS; round += LANES) {
      // One in each stretch of the start.
      const moment = ((round + numbers(SEED + round * 7919)()) / ROUNDS) * START_MS
      const run = program.start(['run', 'web'])
      await sleep(moment)
      run.child.kill('SIGKILL')
      await run.ended
      await expectNothingLeft(program, `killed ${Math.round(moment)} ms after its start`)
    }
    // However slow the host is: once with a helper that is up, before there is a hypervisor that could take it along.
    const run = program.start(['run', 'web'])
    await program.event((event) => event.kind === 'run' && event.pid === run.child.pid)
    await program.event(({ kind }) => kind === 'sidecar-started')
    run.child.kill('SIGKILL')
    await run.ended
    await expectNothingLeft(program, 'killed when a helper was up')
    await expectStart(program)
  }
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
})

/** The real one: its sandbox is a process of its own, which its death signal does not reach. */
const virtiofsd = ((): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'command -v virtiofsd || ls /usr/libexec/virtiofsd'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
})() // prettier-ignore
if (virtiofsd === undefined)
  console.warn('SKIPPED: the real virtiofsd of a killed supervisor, because there is none')

test.skipIf(virtiofsd === undefined)(
  'nor the real virtiofsd whose share nobody has connected to yet',
  async () => {
    await using program = openMachine({ MICROVM_VIRTIOFSD: virtiofsd })
    const run = program.start(['run', 'web'])
    await program.event(({ kind }) => kind === 'guest-ready')
    expect(processesIn(program.folder).join('\n')).toContain('--shared-dir=')
    run.child.kill('SIGKILL')
    await run.ended
    await expectNothingLeft(program, 'killed when ready')
    await expectStart(program)
  },
)
