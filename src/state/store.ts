import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { readPlainFile } from '../host/plain-file.ts'
import { parseRecord } from './parse-record.ts'
import type { Record } from './record.ts'

/**
 * Writes the record so that a reader sees the old or the new one, never half of it. Where there is no room for a second file it is written over the old one,
 * in one write(2): how a machine stands and ends must not be lost to a full disk.
 */
export const writeRecord = (path: string, record: Record): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  const text = `${JSON.stringify(record, undefined, 2)}\n`
  try {
    rmSync(temporary, { force: true })
    // Not through a link: with `x` there is nothing to follow.
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    // Half of it takes room where there is none.
    rmSync(temporary, { force: true })
    if (!isFull(error) || !overwrite(path, Buffer.from(text))) throw error
  }
}

const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')

/** File systems give out space in blocks of at least this size nearly everywhere; what fits into a file's last one needs no more room. */
const BLOCK = 4096

/** False when it does not fit where the old one is. */
const overwrite = (path: string, bytes: Buffer): boolean => {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
    if (bytes.length > Math.ceil(fstatSync(fd).size / BLOCK) * BLOCK) return false
    if (writeSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) return false
    ftruncateSync(fd, bytes.length)
    return true
  } catch {
    return false
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** A hundred times what one takes. */
const MOST = 2 ** 20

/** The record, or undefined when there is none. @throws Error when it is there but cannot be used. */
export const readRecord = (path: string): Record | undefined => {
  const text = readPlainFile(path, MOST)
  return text === undefined ? undefined : parseRecord(text)
}
