import { build } from 'esbuild'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import type { Recorded } from '../../../src/events/event.ts'
import { decodeLines } from '../../../src/events/jsonl.ts'
import { placesOf } from '../../../src/plan/places.ts'
import type { Record } from '../../../src/state/record.ts'
import type { Script } from '../../fakes/fake-script.ts'
import { FAKES } from './engine.ts'
import { processesIn } from './processes.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** The program as it is now, in one file: hundreds of modules take seconds to load where several tests do it at once. */
const built = mkdtempSync(join(tmpdir(), 'mvb-'))
const MAIN = join(built, 'microvm.mjs')
await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/main.ts'],
  outfile: MAIN,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  loader: { '.sh': 'text' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
afterAll(() => rmSync(built, { recursive: true, force: true }))

export type Ran = { readonly exit: number | null; readonly signal: string | null; readonly err: string; readonly out: string } // prettier-ignore
export type Started = {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  /** What it has written to stderr so far. */
  readonly err: () => string
}

/** The program itself, as processes, with a QEMU and helpers that are fakes; told by variables, as a user would. */
export const openProgram = (definition = '', env: NodeJS.ProcessEnv = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'mvp-'))
  const directories = { runtime: join(folder, 'r'), state: join(folder, 's'), cache: join(folder, 'c') }
  for (const path of Object.values(directories)) mkdirSync(path, { mode: 0o700 })
  // The mark of an x86 boot sector and of a Linux kernel header (Documentation/arch/x86/boot.rst).
  const kernel = Buffer.alloc(2048)
  kernel.writeUInt16LE(0xaa55, 0x1fe)
  kernel.write('HdrS', 0x202)
  kernel.writeUInt16LE(0x020f, 0x206)
  writeFileSync(join(folder, 'vmlinuz'), kernel)
  writeFileSync(
    join(folder, 'microvm.toml'),
    `[machines.web]\nhypervisor = "qemu"\n${definition}\n[machines.web.image]\nkernel = "vmlinuz"\n`,
  )
  const places = placesOf(directories, 'web')
  const children = new Set<ChildProcess>()

  /** `wrapper` is what the program is started by: unshare, a service manager … */
  const start = (args: readonly string[], wrapper: readonly string[] = []): Started => {
    const [file = '', ...rest] = [...wrapper, process.execPath, MAIN, ...args]
    const child = spawn(file, rest, {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        MICROVM_RUNTIME_DIR: directories.runtime,
        MICROVM_STATE_DIR: directories.state,
        MICROVM_CACHE_DIR: directories.cache,
        MICROVM_QEMU: join(FAKES, 'fake-qemu-system-x86_64.ts'),
        MICROVM_VHOST_DEVICE_VSOCK: join(FAKES, 'fake-helper.ts'),
        MICROVM_VIRTIOFSD: join(FAKES, 'fake-helper.ts'),
        NO_COLOR: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const ended = new Promise<Ran>((done) =>
      child.on('close', (exit, signal) => {
        children.delete(child)
        done({ exit, signal, out, err })
      }),
    )
    return { child, ended, err: () => err }
  }

  const until = async <T>(ask: () => T | undefined, what: string, seconds = 40): Promise<T> => {
    for (const deadline = Date.now() + seconds * 1000; ; await sleep(10)) {
      const found = ask()
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new Error(`${what} did not come within ${seconds} s`)
    }
  }
  const events = (path: string = places.events): Recorded[] => {
    try {
      return decodeLines(readFileSync(path, 'utf8'))
    } catch {
      return []
    }
  }

  return {
    folder,
    places,
    start,
    run: (...args: string[]): Promise<Ran> => start(args).ended,
    script: (script: Script | readonly Script[]): void =>
      writeFileSync(`${places.run}.script.json`, JSON.stringify(script)),
    signal: (name: string): void => writeFileSync(`${places.run}.${name}`, ''),
    events,
    event: (matches: (event: Recorded) => boolean): Promise<Recorded> =>
      until(() => events().find(matches), `an event like ${matches.toString()}`),
    record: (): Record => JSON.parse(readFileSync(places.record, 'utf8')) as Record,
    until,
    /** Resolves when no process of this folder is left. */
    gone: () =>
      until(() => (processesIn(folder).length === 0 ? true : undefined), 'the end of all processes', 20),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      for (const child of children) child.kill('SIGKILL')
      for (const line of processesIn(folder)) {
        try {
          process.kill(Number(line.split(' ')[0]), 'SIGKILL')
        } catch {
          // It has gone by itself.
        }
      }
      await sleep(0)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
