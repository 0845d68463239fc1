import { execa } from 'execa'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { APPEND } from './append-file.ts'
import { fileError } from './file-error.ts'
import { isSameFile } from './is-same-file.ts'

export type Lock = {
  readonly path: string
  /** The descriptor that holds the lock; a child that inherits it holds the lock too, until the last holder is gone. */
  readonly fd: number
  readonly release: () => void
}

/**
 * Takes an exclusive flock(2) on a file, creating it (0600).
 * Node has no flock; `flock(1)` with a descriptor number locks the open file description that we share with it,
 * so the lock stays ours when it has ended, and the kernel drops it with our last descriptor, whatever kills us.
 * A lock on a file that was removed meanwhile guards nothing, so it is taken again on the file that is there now.
 *
 * @returns undefined when somebody else holds it for longer than `waitMs`.
 * @throws MicrovmError HOST_PERMISSION, DISK_FULL, PROGRAM_FAILED.
 */
export const acquireLock = async (path: string, { waitMs = 0 } = {}): Promise<Lock | undefined> => {
  const deadline = performance.now() + waitMs
  for (;;) {
    const fd = open(path)
    if (!(await flock(path, fd, Math.max(0, deadline - performance.now())))) return undefined
    if (isSameFile(fd, path)) return { path, fd, release: () => closeSync(fd) }
    closeSync(fd)
  }
}

const flock = async (path: string, fd: number, waitMs: number): Promise<boolean> => {
  const wait = waitMs === 0 ? ['--nonblock'] : ['--timeout', (waitMs / 1000).toFixed(3)]
  // execa's types know descriptor numbers for the first three only; it takes them anywhere.
  const { exitCode, stderr } = await execa('flock', [...wait, '--conflict-exit-code', '75', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd as never],
    reject: false,
    // A Ctrl-C is for us: we answer it when the lock is there or is not.
    detached: true,
  })
  if (exitCode === 0) return true
  closeSync(fd)
  if (exitCode === 75) return false
  throw new MicrovmError('PROGRAM_FAILED', `The lock ${path} could not be taken.`, {
    because:
      stderr === '' || stderr === undefined ? 'flock(1), part of util-linux, could not be run.' : stderr,
    fix: 'Install util-linux, and check that the directory is on a file system with locks.',
  })
}

const open = (path: string): number => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return openSync(path, APPEND, 0o600)
  } catch (error) {
    throw fileError(
      error,
      `The lock ${path} cannot be made.`,
      'Make room where MICROVM_STATE_DIR and MICROVM_RUNTIME_DIR are, or set them to other directories.',
    )
  }
}
