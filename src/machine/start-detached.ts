import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Places } from '../plan/places.ts'

export type Detached = {
  readonly pid: number
  /** Settles when the supervisor ends, with its exit code (or undefined when a signal ended it). */
  readonly exited: Promise<number | undefined>
  /** From now on our end does not wait for it. */
  readonly release: () => void
}

/**
 * Starts `microvm run NAME` as a process of its own, in its own session, with its messages in the machine's VMM log.
 * It is this very program: same node, same loader options, same file.
 */
export const startDetached = (machine: string, definitionFile: string, places: Places): Detached => {
  mkdirSync(dirname(places.vmmLog), { recursive: true, mode: 0o700 })
  const log = openSync(places.vmmLog, 'a', 0o600)
  try {
    const child = spawn(
      process.execPath,
      [...process.execArgv, process.argv[1] ?? '', 'run', machine, '--file', definitionFile],
      { detached: true, stdio: ['ignore', log, log] },
    )
    return {
      pid: child.pid ?? 0,
      exited: new Promise((resolve) => {
        child.on('exit', (code) => resolve(code ?? undefined))
        child.on('error', () => resolve(undefined))
      }),
      release: () => child.unref(),
    }
  } finally {
    closeSync(log)
  }
}
