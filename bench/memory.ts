import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, median, type Figure } from './bench.ts'

const ROOT = resolve(import.meta.dirname, '..')
const MACHINES = 3
/** The supervisor tidies up three seconds after ready. */
const SETTLE_MS = 10_000

/** What one supervisor costs beside its hypervisor, in KiB. */
type Memory = { readonly private: number; readonly shared: number }

/** Several machines, as most hosts have: what supervisors share is shared then. */
export const memory: Bench = {
  name: 'memory',
  about: `supervisors of ${MACHINES} running machines, versus an idle node, versus socat`,
  heavy: true,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bm-'))
    const env = {
      ...process.env,
      MICROVM_RUNTIME_DIR: join(folder, 'run'),
      MICROVM_STATE_DIR: join(folder, 'state'),
    }
    const microvm = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(ROOT, 'dist/microvm.mjs'), ...args],
        { cwd: folder, env, encoding: 'utf8' },
      )
      if (status !== 0) throw new Error(`microvm ${args.join(' ')} ended with ${status}: ${stderr}`)
      return stdout
    }
    writeFileSync(join(folder, 'microvm.toml'), definition())
    const others: ChildProcess[] = []
    const start = (file: string, ...args: string[]): number => {
      const child = spawn(file, args, { stdio: 'ignore' })
      others.push(child)
      return child.pid ?? 0
    }
    try {
      microvm('up', '-d')
      const machines = JSON.parse(microvm('ps', '--json')) as { supervisorPid: number }[]
      const nodes = machines.map(() => start(process.execPath, '-e', 'setInterval(() => {}, 2 ** 30)'))
      const socats = machines.map((_, index) =>
        start('socat', '-T2', `UNIX-LISTEN:${folder}/socat-${index},fork`, 'OPEN:/dev/null'),
      )
      await sleep(SETTLE_MS)
      const supervisor = middle(machines.map(({ supervisorPid }) => supervisorPid))
      return [
        figure('supervisor, private', supervisor, 'an idle node', middle(nodes), 'private'),
        figure('supervisor, shared', supervisor, 'an idle node', middle(nodes), 'shared'),
        figure('supervisor, private', supervisor, 'socat, as microvm.nix has', middle(socats), 'private'),
      ]
    } finally {
      for (const child of others) child.kill('SIGKILL')
      microvm('down', '--force')
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const definition = (): string => {
  const hello = readFileSync(join(ROOT, 'examples/hello/microvm.toml'), 'utf8')
  return Array.from({ length: MACHINES }, (_, index) =>
    hello.replaceAll('machines.hello', `machines.m${index}`),
  ).join('\n')
}

const middle = (pids: readonly number[]): Memory => {
  const all = pids.map(memoryOf)
  return {
    private: median(all.map((one) => one.private)),
    shared: median(all.map((one) => one.shared)),
  }
}

/** From proc_pid_smaps(5): what only this process has, and what it shares with others. */
const memoryOf = (pid: number): Memory => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const sum = (kind: string): number =>
    [...text.matchAll(new RegExp(`^${kind}_(?:Clean|Dirty):\\s+(\\d+) kB`, 'gm'))].reduce(
      (total, [, kib]) => total + Number(kib),
      0,
    )
  return { private: sum('Private'), shared: sum('Shared') }
}

const mib = (kib: number): string => `${(kib / 1024).toFixed(1)} MiB`

const figure = (what: string, ours: Memory, name: string, theirs: Memory, kind: keyof Memory): Figure => ({
  what,
  value: mib(ours[kind]),
  versus: `${name}: ${mib(theirs[kind])}`,
  ratio: ours[kind] / theirs[kind],
  target: undefined,
})
