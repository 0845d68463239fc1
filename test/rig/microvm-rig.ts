import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeLines } from '../../src/events/jsonl.ts'
import type { Recorded } from '../../src/events/event.ts'

const ROOT = resolve(import.meta.dirname, '../..')

export type Finished = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }

/** A command that is still running. */
export type Command = {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  readonly kill: (signal: NodeJS.Signals) => void
}

/**
 * The real program in directories of its own, as a user would run it. Disposing of it kills whatever still runs in these
 * directories, so that a failed test never leaves a machine behind.
 */
export type Rig = AsyncDisposable & {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly write: (name: string, text: string) => string
  readonly start: (...args: string[]) => Command
  /** Runs to the end, or is killed after `seconds` and fails. */
  readonly run: (args: string[], seconds?: number) => Promise<Finished>
  readonly events: (machine: string) => Recorded[]
  /** The first event that matches, waiting for it at most `seconds`. */
  readonly event: (
    machine: string,
    matches: (event: Recorded) => boolean,
    seconds?: number,
  ) => Promise<Recorded>
  readonly record: (machine: string) => Record<string, unknown>
  readonly runFiles: (machine: string) => string[]
  /** Processes whose command line mentions this rig's folder, and that are not ours. */
  readonly processes: () => { pid: number; args: string }[]
  readonly console: (machine: string) => Promise<ConsoleSession>
}

export type ConsoleSession = {
  readonly type: (text: string) => void
  /** Waits until the text shows up after what was matched before. */
  readonly expect: (text: string | RegExp, seconds?: number) => Promise<string>
  readonly close: () => void
}

export const openRig = (env: NodeJS.ProcessEnv = {}): Rig => {
  // Socket paths are short: a run directory deep below a test's folder would not fit.
  const folder = mkdtempSync(join(tmpdir(), 'mvt-'))
  const directories = { runtime: join(folder, 'run'), state: join(folder, 'state') }
  const all: NodeJS.ProcessEnv = {
    ...process.env,
    MICROVM_RUNTIME_DIR: directories.runtime,
    MICROVM_STATE_DIR: directories.state,
    NO_COLOR: '1',
    ...env,
  }
  for (const path of Object.values(directories)) mkdirSync(path, { mode: 0o700 })
  const children = new Set<ChildProcess>()

  const start = (...args: string[]): Command => {
    const child = spawn(process.execPath, [join(ROOT, 'dist/microvm.mjs'), ...args], {
      cwd: folder,
      env: all,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const finished = new Promise<Finished>((done) => {
      child.on('close', (exitCode) => {
        children.delete(child)
        done({ exitCode, stdout, stderr })
      })
    })
    return { child, finished, kill: (signal) => void child.kill(signal) }
  }

  const run = async (args: string[], seconds = 90): Promise<Finished> => {
    const command = start(...args)
    const timer = setTimeout(() => command.kill('SIGKILL'), seconds * 1000)
    const finished = await command.finished
    clearTimeout(timer)
    return finished
  }

  const events = (machine: string): Recorded[] => {
    const path = join(directories.state, machine, 'events.jsonl')
    return existsSync(path) ? decodeLines(readFileSync(path, 'utf8')) : []
  }

  const until = async <T>(
    what: () => T | undefined,
    seconds: number,
    complaint: () => string,
  ): Promise<T> => {
    const deadline = Date.now() + seconds * 1000
    for (;;) {
      const found = what()
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new Error(complaint())
      await sleep(20)
    }
  }

  const processes = (): { pid: number; args: string }[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map((name) => ({ pid: Number(name), args: commandLine(name) }))
      .filter(({ args }) => args.includes(`${folder}/`))

  return {
    folder,
    env: all,
    write: (name, text) => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    start,
    run,
    events,
    event: (machine, matches, seconds = 60) =>
      until(
        () => events(machine).find(matches),
        seconds,
        () =>
          `no such event of ${machine} within ${seconds} s; its last ones:\n${events(machine)
            .slice(-8)
            .map((event) => JSON.stringify(event))
            .join('\n')}`,
      ),
    record: (machine) =>
      JSON.parse(readFileSync(join(directories.state, machine, 'record.json'), 'utf8')) as Record<
        string,
        unknown
      >,
    runFiles: (machine) =>
      existsSync(join(directories.runtime, machine)) ? readdirSync(join(directories.runtime, machine)) : [],
    processes,
    console: async (machine) => {
      const path = join(directories.runtime, machine, 'console.sock')
      await until(
        () => (existsSync(path) ? true : undefined),
        30,
        () => `no console of ${machine}`,
      )
      const socket = connect(path)
      let text = ''
      let from = 0
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('error', () => undefined)
      return {
        type: (typed) => void socket.write(typed),
        expect: (wanted, seconds = 60) =>
          until(
            () => {
              const rest = text.slice(from)
              const match = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted)
              if (match < 0) return undefined
              const end =
                typeof wanted === 'string'
                  ? match + wanted.length
                  : match + (wanted.exec(rest)?.[0].length ?? 0)
              from += end
              return rest.slice(0, end)
            },
            seconds,
            () => `the console did not say ${String(wanted)}; its end:\n${text.slice(-1500)}`,
          ),
        close: () => void socket.destroy(),
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill('SIGKILL')
      for (const { pid } of processes()) kill(pid)
      await until(
        () => (processes().length === 0 ? true : undefined),
        20,
        () => `processes left: ${JSON.stringify(processes())}`,
      )
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone by itself.
  }
}
