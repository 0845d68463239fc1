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
    const hasVolumes = existsSync(places.volumes) && readdirSync(places.volumes).length > 0
    // Whose they are stays with the volumes: another project must not start with them.
    const keep = hasVolumes && !volumes ? [places.volumes, places.owner] : []
    for (const name of readdirSync(places.state))
      if (![...keep, places.lock].includes(join(places.state, name)))
        rmSync(join(places.state, name), { recursive: true, force: true })
    // Its record has gone, so that nothing lists it.
    if (keep.length > 0) return places.volumes
    rmSync(places.lock, { force: true })
    rmdirSync(places.state)
    return undefined
  } finally {
    giveBack(claim, places)
  }
}
