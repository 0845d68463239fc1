import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export type StartedSelf = {
  readonly pid: number
  /** Settles when it ends: with its exit code, or the signal that ended it; undefined when it could not be started. */
  readonly exited: Promise<number | NodeJS.Signals | undefined>
  /** What it wrote to the descriptor named by `MICROVM_REPORT_FD`, once it has closed it. */
  readonly report: Promise<string>
  /** From now on our own end does not wait for it. */
  readonly release: () => void
}

/** Descriptors 0 to 2 are the standard ones; what is handed over comes behind the report. */
const REPORT_FD = 3
export const FIRST_HANDED_FD = 4

/** More than any error with all its problems; a defect must not fill our memory. */
const REPORT_BYTES = 2 ** 20

/** Starts this very program once more (same node, same loader options, same file) in a session of its own, writing to `logFd`. */
export const startSelf = (
  args: readonly string[],
  {
    logFd,
    handed,
    env,
  }: { readonly logFd: number; readonly handed: readonly number[]; readonly env: NodeJS.ProcessEnv },
): StartedSelf => {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    detached: true,
    env: { ...process.env, ...env, MICROVM_REPORT_FD: String(REPORT_FD) },
    stdio: ['ignore', logFd, logFd, 'pipe', ...handed],
  })
  const pipe = child.stdio[REPORT_FD] as Readable & { unref?: () => void }
  return {
    pid: child.pid ?? 0,
    exited: new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(code ?? signal ?? undefined))
      child.on('error', () => resolve(undefined))
    }),
    report: readAll(pipe),
    release: () => {
      child.unref()
      pipe.unref?.()
    },
  }
}

const readAll = (stream: Readable): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      if (text.length < REPORT_BYTES) text += chunk.toString()
    })
    stream.on('close', () => resolve(text))
    stream.on('error', () => undefined)
  })
