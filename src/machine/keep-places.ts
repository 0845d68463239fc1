import { existsSync, mkdirSync } from 'node:fs'
import { acquireLock } from '../host/lock.ts'
import { isSameFile } from '../host/is-same-file.ts'
import { pinSockets } from '../host/pinned-sockets.ts'
import { writeHolder } from '../state/holder.ts'
import type { Claim } from './claim-machine.ts'
import type { Parts } from './parts.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { linkPorts } from './start-vmm.ts'

export type Keeper = { readonly stop: () => Promise<void> }

/** How often it is looked at whether the machine's directories are still there. */
const LOOK_MS = 2_000

/**
 * Makes again what was removed under a live machine: logout empties `/run/user/UID` (systemd-logind), people clean up. The locks come first, so that
 * nobody else starts the machine; then what we listen on, the notify socket above all: without it the guest's systemd stands still. What others
 * listen on, the hypervisor for one, gets its name back.
 */
export const keepPlaces = (
  run: Run,
  parts: Parts,
  claim: Claim,
  supervisor: Parameters<typeof writeHolder>[1],
  logs: readonly RotatingLog[],
  /** Whose the state is, written anew. */
  own: () => void,
): Keeper => {
  const { places } = run.plan
  let looking: Promise<void> = Promise.resolve()
  let busy = false
  let told = ''
  const sockets = pinSockets(places.run)

  const tell = (notice: string): void => {
    if (notice === told) return
    told = notice
    run.emit({ kind: 'warning', message: notice })
    run.note({ notice })
  }

  const look = async (): Promise<void> => {
    const lost = claim.paths.filter((path, index) => !isSameFile(claim.fds[index] ?? -1, path))
    const isQuiet = parts.console !== undefined && !existsSync(places.console)
    if (lost.length === 0 && !isQuiet) return sockets.scan()
    const runGone = lost.includes(places.runLock)
    for (const path of lost) {
      const lock = await acquireLock(path)
      if (lock === undefined) return tell(`${path} was removed, and somebody else has made it again.`)
      claim.replace(lock)
    }
    writeHolder(claim.fds, supervisor)
    if (lost.includes(places.lock)) {
      for (const log of logs) log.restore()
      run.restore()
      own()
      tell(`Its state directory was removed while it ran; records and logs begin anew in ${places.state}.`)
    }
    mkdirSync(places.secrets, { recursive: true, mode: 0o700 })
    await parts.bridge?.restore()
    await parts.console?.restore()
    await parts.server?.restore()
    if (!runGone) return
    linkPorts(run.plan)
    for (const path of sockets.missing()) sockets.putBack(path)
    tell('Its run directory was removed while it ran, and was made again with all of its sockets.')
  }

  // Taken hold of as soon as they are all there, and again at each look: a hypervisor makes some anew at a reboot.
  const forget = run.listen(({ kind }) => {
    if (kind === 'vmm-booted' || kind === 'guest-hello' || kind === 'guest-ready') sockets.scan()
  })
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    looking = look()
      .catch((error: unknown) => tell(`Its directories could not be made again: ${(error as Error).message}`))
      .finally(() => (busy = false))
  }, LOOK_MS).unref()
  return {
    stop: async () => {
      clearInterval(timer)
      forget()
      await looking
      sockets.close()
    },
  }
}
