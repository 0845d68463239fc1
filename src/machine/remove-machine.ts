import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Directories, placesOf } from '../plan/places.ts'
import { claimMachine } from './claim-machine.ts'
import { giveBack } from './give-back.ts'

export type RemoveOptions = {
  /** Its volumes, too. */
  readonly volumes: boolean
  readonly uid: number
}

/**
 * Removes the state of a machine that does not run. The machine is claimed for that, so that nobody starts it meanwhile; no link is followed.
 *
 * @returns the folder of its volumes, if there are any and they were kept.
 * @throws MicrovmError MACHINE_ALREADY_RUNNING, HOST_PERMISSION.
 */
export const removeMachine = async (
  directories: Directories,
  machine: string,
  { volumes, uid }: RemoveOptions,
): Promise<string | undefined> => {
  const places = placesOf(directories, machine)
  const claim = await claimMachine(places, machine, uid)
  try {
    const keep = volumes ? [] : [places.volumes]
    for (const name of readdirSync(places.state))
      if (![...keep, places.lock].includes(join(places.state, name)))
        rmSync(join(places.state, name), { recursive: true, force: true })
    if (existsSync(places.volumes) && readdirSync(places.volumes).length > 0) {
      // Its record has gone, so that nothing lists it; the lock stays with the volumes it guards.
      return places.volumes
    }
    rmSync(places.volumes, { recursive: true, force: true })
    rmSync(places.lock, { force: true })
    rmdirSync(places.state)
    return undefined
  } finally {
    giveBack(claim, places)
  }
}
