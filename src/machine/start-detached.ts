import { closeSync, openSync } from 'node:fs'
import { APPEND } from '../host/append-file.ts'
import { fileError } from '../host/file-error.ts'
import { identify } from '../host/proc.ts'
import { FIRST_HANDED_FD, type StartedSelf, startSelf } from '../host/start-self.ts'
import type { Places } from '../plan/places.ts'
import { writeHolder } from '../state/holder.ts'
import type { Owner } from '../state/owner.ts'
import { giveBack } from './give-back.ts'
import { claimMachine } from './claim-machine.ts'
import { claimEnvironment } from './hand-over-claim.ts'
import { takeOwnership } from './owner-conflict.ts'

/**
 * Starts `microvm run NAME` as a process of its own, in its own session, with its messages in the machine's VMM log.
 * It is this very program: same node, same loader options, same file.
 *
 * The machine is claimed before, and the claim handed over with the new process's name in it: from here on whoever wants to stop the machine
 * finds who starts it.
 *
 * @throws MicrovmError as `claimMachine` and `takeOwnership`.
 */
export const startDetached = async (
  machine: string,
  definitionFile: string,
  places: Places,
  uid: number,
  ownership: { readonly owner: Owner; readonly adopt: boolean },
): Promise<StartedSelf> => {
  const claim = await claimMachine(places, machine, uid)
  try {
    // A name of an earlier run must not be taken for that of this one.
    writeHolder(claim.fds, undefined)
    takeOwnership(machine, places, ownership)
    const logFd = openLog(places.vmmLog)
    try {
      const started = startSelf(['run', machine, '--file', definitionFile], {
        logFd,
        handed: claim.fds,
        env: claimEnvironment(claim, FIRST_HANDED_FD),
      })
      const supervisor = identify(started.pid)
      if (supervisor !== undefined)
        writeHolder(claim.fds, { supervisor, definition: definitionFile, state: places.state })
      return started
    } finally {
      closeSync(logFd)
    }
  } catch (error) {
    giveBack(claim, places)
    throw error
  } finally {
    claim.release()
  }
}

const openLog = (path: string): number => {
  try {
    return openSync(path, APPEND, 0o600)
  } catch (error) {
    throw fileError(error, `The log ${path} cannot be opened.`, 'Make room where MICROVM_STATE_DIR is.')
  }
}
