import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MachineEvent, Recorded } from '../events/event.ts'
import { encodeLine } from '../events/jsonl.ts'
import { openRotatingLog } from './rotating-log.ts'

export type EventLog = {
  /** Appends one line and hands it to the listeners. Never throws: a full disk must not stop a machine. */
  readonly append: (event: MachineEvent, boot: number) => Recorded
  /** Begins anew where the file has gone. */
  readonly restore: () => void
  readonly close: () => void
}

/** A long life with a guest that talks much must not fill the disk: then `.1` holds what was before, of the same run. */
const EVENTS_BYTES = 8 * 2 ** 20

/** Opens a fresh `events.jsonl` (0600); the one of the run before is kept as `.1`. */
export const openEventLog = (
  path: string,
  machine: string,
  listener: (event: Recorded) => void,
): EventLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    renameSync(path, `${path}.1`)
  } catch {
    rmSync(`${path}.1`, { force: true })
  }
  const file = openRotatingLog(path, EVENTS_BYTES)
  let torn = false
  return {
    append: (event, boot) => {
      const recorded: Recorded = { at: new Date().toISOString(), machine, boot, ...event }
      // After a line that a full disk cut off, the next one starts on a line of its own.
      torn = !file.write(`${torn ? '\n' : ''}${encodeLine(recorded)}`)
      listener(recorded)
      return recorded
    },
    restore: file.restore,
    close: file.close,
  }
}
