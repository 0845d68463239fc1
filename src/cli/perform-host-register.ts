import { registerMachined } from '../machine/register-machined.ts'
import { placesOf } from '../plan/places.ts'
import { SYSTEM_DIRECTORIES } from '../units/host-facts.ts'
import { chooseSystemMachines } from './units/choose-system-machines.ts'

export const performHostRegister = async (machine: string, mainPid: number): Promise<number> => {
  const chosen = chooseSystemMachines([machine]).find(({ spec }) => spec.name === machine)
  const uuid = chosen?.spec.platform.uuid ?? ''
  await registerMachined({ machine, run: placesOf(SYSTEM_DIRECTORIES, machine).run, mainPid, uuid })
  return 0
}
