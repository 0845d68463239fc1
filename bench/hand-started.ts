import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { idealListener } from './ideal-listener.ts'

type Invocation = {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What `microvm compile --print json` says of one machine, as far as it is needed here. */
export type Compiled = {
  readonly directories: readonly string[]
  readonly sidecars: readonly {
    readonly invocation: Invocation
    readonly ready: { readonly listening?: string }
  }[]
  readonly vmm: Invocation
}

const READY_MS = 900_000
const HELPER_MS = 10_000

/**
 * Starts what microvm would start, by hand, with nothing around it but a listener that is as quick as can be. Its directories are removed afterwards.
 * @returns milliseconds from the first process to READY=1.
 * @throws Error when the guest does not say it in time, or its hypervisor ends first.
 */
export const startByHand = async (
  { directories, sidecars, vmm }: Compiled,
  notifySocket: string,
): Promise<number> => {
  for (const path of directories) mkdirSync(path, { recursive: true, mode: 0o700 })
  const listener = idealListener(notifySocket)
  const children: ChildProcess[] = []
  const start = ({ file, args, cwd, env }: Invocation): ChildProcess => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' })
    children.push(child)
    return child
  }
  try {
    const since = performance.now()
    for (const { invocation, ready } of sidecars) {
      start(invocation)
      await untilThere(ready.listening)
    }
    const child = start(vmm)
    const ended = new Promise<never>((_, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`${vmm.file} ended with ${code} before READY=1`)))
    })
    const late = sleep(READY_MS, undefined, { ref: false }).then(() => {
      throw new Error('READY=1 did not come')
    })
    return (await Promise.race([listener.ready, ended, late])) - since
  } finally {
    listener.close()
    await Promise.all(children.map(end))
    for (const path of directories) rmSync(path, { recursive: true, force: true })
  }
}

const untilThere = async (path: string | undefined): Promise<void> => {
  const deadline = Date.now() + HELPER_MS
  while (path !== undefined && !existsSync(path)) {
    if (Date.now() > deadline) throw new Error(`${path} did not appear`)
    await sleep(5)
  }
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.on('exit', () => resolve())
    child.kill('SIGKILL')
  })
