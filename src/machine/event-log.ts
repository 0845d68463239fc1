import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MachineEvent, Recorded } from '../events/event.ts'

export type EventLog = {
  /** Appends one line and hands it to the listeners. Never throws: a full disk must not stop a machine. */
  readonly append: (event: MachineEvent, boot: number) => Recorded
  readonly close: () => void
}

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
  const fd = openSync(path, 'a', 0o600)
  return {
    append: (event, boot) => {
      const recorded: Recorded = { at: new Date().toISOString(), machine, boot, ...event }
      try {
        writeSync(fd, `${JSON.stringify(recorded)}\n`)
      } catch {
        // ENOSPC: the listener still hears it.
      }
      listener(recorded)
      return recorded
    },
    close: () => closeSync(fd),
  }
}
