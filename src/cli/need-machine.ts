import { MicrovmError } from '../errors/microvm-error.ts'
import type { Directories } from '../plan/places.ts'
import { type MachineStatus, observeMachine, observeMachines } from '../state/observe.ts'
import { unknownMachines } from './unknown-machines.ts'

/** A machine that has a record. @throws MicrovmError MACHINE_UNKNOWN */
export const needMachine = (directories: Directories, name: string): MachineStatus => {
  const machine = observeMachine(directories, name)
  if (machine === undefined) throw unknownMachines([name], observeMachines(directories))
  return machine
}

/** A machine whose supervisor is alive. @throws MicrovmError MACHINE_UNKNOWN, MACHINE_NOT_RUNNING */
export const needRunning = (directories: Directories, name: string): MachineStatus => {
  const machine = needMachine(directories, name)
  if (machine.supervisorPid !== undefined) return machine
  throw new MicrovmError('MACHINE_NOT_RUNNING', `Machine "${name}" does not run (${machine.status}).`, {
    machine: name,
    ...(machine.because === undefined ? {} : { because: machine.because }),
    fix: `Start it: microvm up -d ${name}`,
  })
}
