import { setTimeout as sleep } from 'node:timers/promises'
import { tellingFirst } from '../errors/telling-lines.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { isListening } from '../host/is-listening.ts'
import { type Running, startProcess } from '../host/process.ts'
import { waitUntil } from '../host/wait-until.ts'
import { compileSidecar } from '../sidecars/compile-sidecar.ts'
import type { Sidecar } from '../sidecars/sidecar.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { toMicrovmError } from './to-microvm-error.ts'

export type Helpers = {
  /** Those that run now. */
  readonly running: () => Running[]
  /** From now on an end of a helper is no longer answered. */
  readonly release: () => void
}

/** A helper opens its socket at once; this long only on a host that is nearly dead. */
const READY_MS = 30_000
/** A helper that ends with the VMM's disconnect (a guest reboot) comes back; one that ends this often in a minute is broken. */
const RESTARTS_PER_MINUTE = 6
/** How long a VMM takes to end after it has let go of its helpers; one that reboots its guest waits 60 s for them. */
const BEFORE_RESTART_MS = 300

/**
 * Starts the helpers of a machine, each until its socket listens, all at once.
 * @param onLost a helper that must not end has ended, or one could not be started again.
 * @throws MicrovmError SIDECAR_FAILED with what it said.
 */
export const startHelpers = async (
  run: Run,
  log: RotatingLog,
  signal: AbortSignal,
  onLost: (error: MicrovmError) => void,
  onStarted: (running: Running) => void,
): Promise<Helpers> => {
  const running = new Map<string, Running>()
  let released = false

  const start = async (sidecar: Sidecar, restarts: number[]): Promise<void> => {
    const { name } = sidecar.invocation
    if (signal.aborted) return
    const process = startProcess(sidecar.invocation, { guarded: true })
    running.set(name, process)
    onStarted(process)
    let said = ''
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-2000)
      log.write(`${name}: ${chunk.toString()}`)
    }
    process.stdout.on('data', keep)
    process.stderr.on('data', keep)
    let ended = false
    void process.exited.then(() => (ended = true))
    const up = await waitUntil(
      () => (ended || isListening(sidecar.ready.listening) ? true : undefined),
      READY_MS,
      signal,
    )
    if (signal.aborted) return
    if (up === undefined || ended)
      throw broken(name, ended ? 'It ended at once.' : `It did not open ${sidecar.ready.listening}.`, said)
    run.emit({ kind: 'sidecar-started', name, pid: process.id.pid })
    void watch(sidecar, restarts, process, () => said)
  }

  const watch = async (
    sidecar: Sidecar,
    restarts: number[],
    process: Running,
    said: () => string,
  ): Promise<void> => {
    const { code, signal: by } = await process.exited
    const { name } = sidecar.invocation
    if (released) return
    running.delete(name)
    run.emit({ kind: 'sidecar-exited', name, code, signal: by })
    const now = performance.now()
    while (restarts.length > 0 && now - (restarts[0] ?? 0) > 60_000) restarts.shift()
    if (!sidecar.endsOnDisconnect || restarts.length >= RESTARTS_PER_MINUTE)
      return onLost(
        broken(name, by === undefined ? `It ended with status ${code}.` : `It was ended by ${by}.`, said()),
      )
    restarts.push(now)
    // A guest that powers off takes the VMM with it a moment later; a new helper would only be in the way then.
    await sleep(BEFORE_RESTART_MS, undefined, { signal }).catch(() => undefined)
    await start(sidecar, restarts).catch((error: unknown) => onLost(toMicrovmError(error)))
  }

  const sidecars = run.plan.sidecars.map((planned) => compileSidecar(planned, run.plan))
  const results = await Promise.allSettled(sidecars.map((sidecar) => start(sidecar, [])))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) {
    released = true
    throw failure.reason
  }
  return { running: () => [...running.values()], release: () => void (released = true) }
}

const broken = (name: string, what: string, said: string): MicrovmError =>
  new MicrovmError('SIDECAR_FAILED', `The helper ${name} failed.`, {
    because: [tellingFirst(said.trim()), what].filter((line) => line !== '').join('\n'),
    fix: 'See what it said above; "microvm doctor" checks its version.',
  })
