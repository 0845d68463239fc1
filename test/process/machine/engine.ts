import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Recorded } from '../../../src/events/event.ts'
import { keepRunning } from '../../../src/machine/keep-running.ts'
import { planHash } from '../../../src/machine/plan-hash.ts'
import { type Ended, supervise } from '../../../src/machine/supervise.ts'
import { openSink } from '../../../src/notify/sink.ts'
import { planMachine } from '../../../src/plan/decide-up.ts'
import type { Places } from '../../../src/plan/places.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import type { Record } from '../../../src/state/record.ts'
import type { Script } from '../../fakes/fake-script.ts'
import { filesImage, machineSpec, observed } from '../../machine-spec.ts'
import { processesIn } from './processes.ts'

export const FAKES = resolve(import.meta.dirname, '../../fakes')

// Fakes start as `#!/usr/bin/env node`, and must get the node that runs the tests.
process.env['PATH'] = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
// They are started by the hundred: their types are stripped once.
process.env['NODE_COMPILE_CACHE'] ??= resolve(FAKES, '../../node_modules/.cache/fakes')

const fake = (name: string, ...numbers: number[]) => ({
  path: join(FAKES, name),
  version: numbers.join('.'),
  numbers,
})

/** A host that has everything: KVM is injected here, so that cloud-hypervisor is planned on any host. */
const host = observed({
  uid: process.getuid?.() ?? 0,
  programs: {
    ...observed().programs,
    'cloud-hypervisor': fake('fake-cloud-hypervisor.ts', 53, 0),
    qemu: fake('fake-qemu-system-x86_64.ts', 10, 0, 2),
    'vhost-device-vsock': fake('fake-helper.ts', 0, 3, 0),
    virtiofsd: fake('fake-helper.ts', 1, 13, 2),
  },
})

/** One run of a supervisor, within this process. */
export type Supervised = {
  readonly events: Recorded[]
  /** The first event that matches, of those to come or already there. */
  readonly event: (matches: (event: Recorded) => boolean, seconds?: number) => Promise<Recorded>
  readonly ready: () => Promise<Recorded>
  readonly stop: () => void
  readonly escalate: () => void
  readonly ended: Promise<Ended>
}

export type Engine = AsyncDisposable & {
  readonly folder: string
  readonly places: Places
  readonly plan: (changes?: Partial<MachineSpec>) => Plan
  readonly script: (script: Script | readonly Script[]) => void
  /** Makes the file a step `{ until: name }` waits for. */
  readonly signal: (name: string) => void
  readonly run: (plan: Plan, env?: NodeJS.ProcessEnv) => Supervised
  /** The same with the restart policy of the plan. */
  readonly keepRunning: (plan: Plan, env?: NodeJS.ProcessEnv) => Supervised
  readonly record: () => Record
  /** Processes that mention this engine's folder. */
  readonly processes: () => string[]
  /** Nothing of a run is left: no process, no run directory, and the lock is free. */
  readonly remains: () => { processes: string[]; run: string[] | undefined }
}

/** The machine stages on real processes and sockets: fakes where a hypervisor and its helpers are, everything else is the product. */
export const openEngine = (name = 'web'): Engine => {
  const folder = mkdtempSync(join(tmpdir(), 'mve-'))
  const directories = {
    runtime: join(folder, 'r'),
    state: join(folder, 's'),
    cache: join(folder, 'c'),
  }
  for (const path of [...Object.values(directories), join(folder, 'images')]) mkdirSync(path, { mode: 0o700 })
  for (const file of ['vmlinuz', 'initrd', 'root.erofs'])
    writeFileSync(join(folder, 'images', file), file, { mode: 0o600 })
  const image = {
    ...filesImage,
    kernel: join(folder, 'images/vmlinuz'),
    initrd: join(folder, 'images/initrd'),
    root: { path: join(folder, 'images/root.erofs'), imageType: 'raw' as const, readOnly: true },
  }
  const planOf = (changes: Partial<MachineSpec> = {}): Plan => {
    const spec = machineSpec({
      name,
      hostname: name,
      image,
      times: { start: 20_000, startMax: 40_000, stop: 10_000, stopMax: 30_000 },
      ...changes,
    })
    const plan = planMachine(spec, host, directories, image)
    if (!plan.ok) throw new Error(JSON.stringify(plan.problems))
    return plan.value
  }
  const { places } = planOf()
  const runs: { stop: () => void; escalate: () => void; ended: Promise<unknown> }[] = []

  const start = (perform: typeof supervise, plan: Plan, env: NodeJS.ProcessEnv): Supervised => {
    const stop = new AbortController()
    const escalate = new AbortController()
    const events: Recorded[] = []
    const listeners = new Set<() => void>()
    const ended = perform(plan, {
      definition: '/project/microvm.toml',
      planHash: planHash(plan),
      env,
      uid: host.uid,
      signals: {
        stop: stop.signal,
        escalate: escalate.signal,
        received: () => (stop.signal.aborted ? 'SIGTERM' : undefined),
        release: () => undefined,
      },
      onEvent: (event) => {
        events.push(event)
        for (const listener of listeners) listener()
      },
      sink: openSink({ env: { ...env }, pid: process.pid, onTrouble: () => undefined }),
    })
    ended.catch(() => undefined)
    const event: Supervised['event'] = (matches, seconds = 25) =>
      new Promise((done, reject) => {
        const look = (): void => {
          const found = events.find(matches)
          if (found === undefined) return
          clearTimeout(timer)
          listeners.delete(look)
          done(found)
        }
        const timer = setTimeout(() => {
          listeners.delete(look)
          reject(
            new Error(`no such event; the last ones:\n${events.slice(-8).map((e) => JSON.stringify(e)).join('\n')}`),
          )
        }, seconds * 1000) // prettier-ignore
        listeners.add(look)
        look()
      })
    const supervised = {
      events,
      event,
      ready: () => event(({ kind }) => kind === 'guest-ready'),
      stop: () => stop.abort(),
      escalate: () => escalate.abort(),
      ended,
    }
    runs.push(supervised)
    return supervised
  }

  const processes = (): string[] => processesIn(folder)

  return {
    folder,
    places,
    plan: planOf,
    script: (script) => writeFileSync(`${places.run}.script.json`, JSON.stringify(script)),
    signal: (file) => writeFileSync(`${places.run}.${file}`, ''),
    run: (plan, env = {}) => start(supervise, plan, env),
    keepRunning: (plan, env = {}) =>
      start((...args) => keepRunning(args[0], { ...args[1], onEnded: () => undefined }), plan, env),
    record: () => JSON.parse(readFileSync(places.record, 'utf8')) as Record,
    processes,
    remains: () => ({
      processes: processes(),
      run: existsSync(places.run) ? readdirSync(places.run) : undefined,
    }),
    [Symbol.asyncDispose]: async () => {
      for (const one of runs) {
        one.stop()
        one.escalate()
      }
      const bound = sleep(30_000, undefined, { ref: false })
      await Promise.race([Promise.allSettled(runs.map(({ ended }) => ended)), bound])
      for (const line of processes()) kill(Number(line.split(' ')[0]))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What is left after a run that cleaned up. */
export const NOTHING = { processes: [], run: undefined }

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone by itself.
  }
}
