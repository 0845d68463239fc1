import { chmodSync, copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'

/** Writes a file so that there is the old or the new one at any moment. @throws MicrovmError HOST_PERMISSION, DISK_FULL. */
export const writeFileWhole = (path: string, content: string, mode: number): void =>
  replace(path, mode, (temporary) => writeFileSync(temporary, content, { mode }))

/** The same for a copy. */
export const copyFileWhole = (from: string, path: string, mode: number): void =>
  replace(path, mode, (temporary) => copyFileSync(from, temporary))

const replace = (path: string, mode: number, write: (temporary: string) => void): void => {
  const temporary = `${path}.microvm-new`
  try {
    write(temporary)
    // The mode of a file is cut by the umask.
    chmodSync(temporary, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw explain(path, error as NodeJS.ErrnoException)
  }
}

const explain = (path: string, cause: NodeJS.ErrnoException): MicrovmError =>
  cause.code === 'ENOSPC'
    ? new MicrovmError('DISK_FULL', `${path} could not be written: the file system is full.`, {
        fix: 'Make room, and run the same command again.',
        cause,
      })
    : new MicrovmError('HOST_PERMISSION', `${path} could not be written.`, {
        because: cause.message,
        fix: 'Run it as root: sudo microvm host install',
        cause,
      })
