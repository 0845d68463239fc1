import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { type StartedSelf, startSelf } from '../host/start-self.ts'
import type { Places } from '../plan/places.ts'

/**
 * Starts `microvm run NAME` as a process of its own, in its own session, with its messages in the machine's VMM log.
 * It is this very program: same node, same loader options, same file.
 */
export const startDetached = (machine: string, definitionFile: string, places: Places): StartedSelf => {
  mkdirSync(dirname(places.vmmLog), { recursive: true, mode: 0o700 })
  const log = openSync(places.vmmLog, 'a', 0o600)
  try {
    return startSelf(['run', machine, '--file', definitionFile], log)
  } finally {
    closeSync(log)
  }
}
