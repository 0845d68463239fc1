import { ftruncateSync, lstatSync, writeSync } from 'node:fs'
import { readPlainFile } from '../host/plain-file.ts'
import { isAlive, type ProcessId } from '../host/proc.ts'
import type { Places } from '../plan/places.ts'

/** Who holds a machine's locks, as written in them: known from before the first record of a run on, and where a state directory is gone. */
export type Holder = {
  readonly supervisor: ProcessId
  /** The definition file it was started from. */
  readonly definition: string
  /** Its state directory: another one than ours where `MICROVM_STATE_DIR` differs. */
  readonly state: string
}

/** Who has released a claim holds it no longer, though its process may live on. Behind the mark stands the error that ended it before it had a record. */
const NOBODY = '-'

/** Writes the holder into locks that we hold; undefined while it is not known yet. What cannot be written is left out: the locks guard the machine without it. */
export const writeHolder = (fds: readonly number[], holder: Holder | undefined): void =>
  write(fds, holder === undefined ? '' : `${JSON.stringify(holder)}\n`)

/** The same before the locks are released. @param failure what kept the machine from being started, as JSON. */
export const writeReleased = (fds: readonly number[], failure = ''): void =>
  write(fds, `${NOBODY}${failure}\n`)

const write = (fds: readonly number[], text: string): void => {
  for (const fd of fds)
    try {
      ftruncateSync(fd, 0)
      if (text !== '') writeSync(fd, text)
    } catch {
      // A full disk: the record has the same, if it could be written.
    }
}

/** The live holder of a machine's locks; undefined when there is none, or when it is still being written. */
export const readHolder = ({ lock, runLock }: Places): Holder | undefined => {
  for (const path of [lock, runLock]) {
    const holder = read(path)
    if (holder !== undefined && isAlive(holder.supervisor)) return holder
  }
  return undefined
}

const MOST = 16_384

/** A process is named here to be signalled, so that only what we wrote ourselves counts. */
const read = (path: string): Holder | undefined => {
  try {
    if (lstatSync(path).uid !== process.getuid?.()) return undefined
    return parse(JSON.parse(readPlainFile(path, MOST) ?? ''))
  } catch {
    return undefined
  }
}

const parse = (value: unknown): Holder | undefined => {
  const { supervisor, definition, state } = value as Partial<Holder>
  if (typeof supervisor?.pid !== 'number' || !Number.isSafeInteger(supervisor.pid) || supervisor.pid < 1)
    return undefined
  if (typeof supervisor.startTime !== 'string') return undefined
  if (typeof definition !== 'string' || typeof state !== 'string') return undefined
  return { supervisor, definition, state }
}

/** The failure of whoever has held the machine last, as JSON; empty when it left none. */
export const readReleased = ({ lock }: Places): string => {
  try {
    if (lstatSync(lock).uid !== process.getuid?.()) return ''
    const text = readPlainFile(lock, MOST) ?? ''
    return text.startsWith(NOBODY) ? text.slice(NOBODY.length) : ''
  } catch {
    return ''
  }
}

/** Whether somebody may hold the locks who has not been named yet: a start that began a moment ago. */
export const isUnnamed = ({ lock, runLock }: Places): boolean =>
  [lock, runLock].some((path) => lstatSync(path, { throwIfNoEntry: false })?.size === 0)
