import { spawn } from 'node:child_process'

export type StartedSelf = {
  readonly pid: number
  /** Settles when it ends, with its exit code; undefined when a signal ended it or it could not be started. */
  readonly exited: Promise<number | undefined>
  /** From now on our own end does not wait for it. */
  readonly release: () => void
}

/** Starts this very program once more (same node, same loader options, same file) in a session of its own, writing to `logFd`. */
export const startSelf = (args: readonly string[], logFd: number): StartedSelf => {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    detached: true,
    stdio: ['ignore', logFd, logFd],
  })
  return {
    pid: child.pid ?? 0,
    exited: new Promise((resolve) => {
      child.on('exit', (code) => resolve(code ?? undefined))
      child.on('error', () => resolve(undefined))
    }),
    release: () => child.unref(),
  }
}
