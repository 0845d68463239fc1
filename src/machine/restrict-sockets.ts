import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './run.ts'

/**
 * Sockets that hypervisor and helpers made get mode 0600, at each step of a start and of a reboot. Our umask keeps others out from the first
 * moment. It leaves the owner's bit for executing: a umask with that bit, too, would take it from every directory those programs make.
 */
export const restrictSockets = ({ listen, plan }: Run): void => {
  listen(({ kind }) => {
    if (kind === 'state' || kind === 'sidecar-started') restrictIn(plan.places.run)
  })
}

const restrictIn = (directory: string): void => {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true }))
      if (entry.isSocket()) chmodSync(join(directory, entry.name), 0o600)
  } catch {
    // It was removed, or a socket has just gone with its program: the next step looks again.
  }
}
