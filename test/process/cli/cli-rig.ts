import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Script } from '../../fakes/fake-script.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const FAKES = join(ROOT, 'test/fakes')

type Finished = { readonly exit: number | null; readonly out: string; readonly err: string }

type Running = {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves when what was printed so far matches; fails after `seconds`. */
  readonly said: (what: RegExp, seconds?: number) => Promise<void>
}

/** The built program, in directories of its own, with fake programs where a hypervisor and its helper are. */
export type CliRig = AsyncDisposable & {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly write: (name: string, text: string) => string
  readonly cli: (...args: string[]) => Promise<Finished>
  readonly start: (
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    where?: { readonly inRemovedFolder?: boolean },
  ) => Running
  readonly script: (machine: string, script: Script) => void
  /** Makes the file a step `{ until: name }` of that machine waits for. */
  readonly signal: (machine: string, name: string) => void
}

export const openCliRig = (env: NodeJS.ProcessEnv = {}): CliRig => {
  const folder = mkdtempSync(join(tmpdir(), 'mvc-'))
  const runtime = join(folder, 'r')
  mkdirSync(runtime, { mode: 0o700 })
  const kernel = Buffer.alloc(0x400)
  kernel.write('HdrS', 0x202, 'latin1')
  writeFileSync(join(folder, 'vmlinuz'), kernel)
  writeFileSync(join(folder, 'root.erofs'), 'root')
  const all: NodeJS.ProcessEnv = {
    // Fakes start as `#!/usr/bin/env node`, and must get the node that runs the tests.
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    MICROVM_RUNTIME_DIR: runtime,
    MICROVM_STATE_DIR: join(folder, 's'),
    MICROVM_CACHE_DIR: join(folder, 'c'),
    MICROVM_QEMU: join(FAKES, 'fake-qemu-system-x86_64.ts'),
    MICROVM_VHOST_DEVICE_VSOCK: join(FAKES, 'fake-helper.ts'),
    ...env,
  }

  const start: CliRig['start'] = (args, more = {}, { inRemovedFolder = false } = {}) => {
    const command = [process.execPath, join(ROOT, 'dist/microvm.mjs'), ...args]
    const [file = '', ...words] = inRemovedFolder
      ? ['sh', '-c', 'mkdir -p gone && cd gone && rmdir ../gone && exec "$@"', 'sh', ...command]
      : command
    const child = spawn(file, words, {
      cwd: folder,
      env: { ...all, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    let look: () => void = () => undefined
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      look()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      look()
    })
    const finished = new Promise<Finished>((done) => {
      child.on('close', (exit) => done({ exit, out, err }))
    })
    const said = (what: RegExp, seconds = 30): Promise<void> =>
      new Promise((done, fail) => {
        const timer = setTimeout(
          () => fail(new Error(`it did not say ${what}:\n${out}\n${err}`)),
          seconds * 1000,
        )
        look = () => {
          if (!what.test(out + err)) return
          clearTimeout(timer)
          done()
        }
        look()
      })
    return { child, finished, said }
  }

  return {
    folder,
    env: all,
    write: (name, text) => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    start,
    cli: (...args) => start(args).finished,
    script: (machine, script) =>
      writeFileSync(join(runtime, `${machine}.script.json`), JSON.stringify(script)),
    signal: (machine, name) => writeFileSync(join(runtime, `${machine}.${name}`), ''),
    [Symbol.asyncDispose]: async () => {
      const deadline = Date.now() + 20_000
      while (Date.now() < deadline) {
        const left = processesOf(folder)
        if (left.length === 0) break
        for (const pid of left) kill(pid)
        await sleep(50)
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A machine of files, for the fake QEMU. */
export const machine = (name: string, more = ''): string => `
[machines.${name}]
hypervisor = "qemu"
startTimeout = "5s"
${more}
image = { kernel = "vmlinuz", root = "root.erofs", cmdline = "root=/dev/vda" }
`

/** Those started with a path of this folder, or in its environment: supervisors know it from there. */
const processesOf = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) =>
      [`/proc/${name}/cmdline`, `/proc/${name}/environ`].some((file) => mentions(file, folder)),
    )
    .map(Number)

const mentions = (file: string, text: string): boolean => {
  try {
    return existsSync(file) && readFileSync(file, 'latin1').includes(`${text}/`)
  } catch {
    return false
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone by itself.
  }
}
