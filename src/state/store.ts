import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readPlainFile } from '../host/plain-file.ts'
import { parseRecord } from './parse-record.ts'
import type { Record } from './record.ts'

/** Writes the record so that a reader sees the old or the new one, never half of it. */
export const writeRecord = (path: string, record: Record): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  try {
    rmSync(temporary, { force: true })
    // Not through a link: with `x` there is nothing to follow.
    writeFileSync(temporary, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    // Half of it takes room where there is none.
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A hundred times what one takes. */
const MOST = 2 ** 20

/** The record, or undefined when there is none. @throws Error when it is there but cannot be used. */
export const readRecord = (path: string): Record | undefined => {
  const text = readPlainFile(path, MOST)
  return text === undefined ? undefined : parseRecord(text)
}
