import { MicrovmError } from '../errors/microvm-error.ts'
import { printable } from '../errors/printable.ts'
import { findDirectories } from '../host/directories.ts'
import { callVarlink, type VarlinkReply } from '../host/varlink.ts'
import { waitUntil } from '../host/wait-until.ts'
import { INSTANCE, STILL_PAUSED } from '../machine/serve-control.ts'
import { machineToJson } from '../report/machine-rows.ts'
import { type MachineStatus, observeMachine } from '../state/observe.ts'
import type { Context } from './context.ts'
import { needRunning } from './need-machine.ts'

/** @throws MicrovmError MACHINE_UNKNOWN, MACHINE_NOT_RUNNING, MACHINE_NOT_READY, MACHINE_PAUSED. */
export const performResume = async (context: Context, name: string): Promise<number> => {
  const machine = need(context, name)
  const { error, parameters } = await call(machine, 'Resume')
  if (error === STILL_PAUSED) {
    const { because } = (parameters ?? {}) as { because?: unknown }
    throw new MicrovmError('MACHINE_PAUSED', `Machine "${name}" stands still again.`, {
      machine: name,
      ...(typeof because === 'string' ? { because: printable(because) } : {}),
      fix: `Put that right, then: microvm resume ${name}`,
    })
  }
  if (error !== undefined) throw cannot(name, 'resumed', error)
  return tell(context, name, machine.status === 'paused' ? 'goes on' : 'was not paused', false)
}

/** @throws MicrovmError MACHINE_UNKNOWN, MACHINE_NOT_RUNNING, MACHINE_NOT_READY. */
export const performPause = async (context: Context, name: string): Promise<number> => {
  const machine = need(context, name)
  const { error } = await call(machine, 'Pause')
  if (error !== undefined) throw cannot(name, 'paused', error)
  return tell(context, name, 'paused', true)
}

const need = ({ env, uid }: Context, name: string): MachineStatus =>
  needRunning(findDirectories(env, uid), name)

const call = (machine: MachineStatus, method: string): Promise<VarlinkReply> =>
  callVarlink(machine.places.control, `${INSTANCE}.${method}`, {}).catch((error: Error) => {
    throw cannot(machine.name, 'reached', error.message)
  })

const cannot = (name: string, what: string, because: string): MicrovmError =>
  new MicrovmError('MACHINE_NOT_READY', `Machine "${name}" could not be ${what}.`, {
    machine: name,
    because: `Its supervisor answered: ${printable(because)}`,
    fix: `"microvm logs ${name} --source events" shows what it does. A machine that is only starting, or stopping, cannot be.`,
  })

/** The record follows the hypervisor's own word; whoever looks next shall see it. */
const WRITTEN_MS = 3_000

const tell = async (
  { env, uid, globals, out }: Context,
  name: string,
  what: string,
  paused: boolean,
): Promise<number> => {
  const directories = findDirectories(env, uid)
  const look = (): MachineStatus | undefined => observeMachine(directories, name)
  await waitUntil(() => ((look()?.status === 'paused') === paused ? true : undefined), WRITTEN_MS)
  const machine = look()
  if (globals.json && machine !== undefined) out.json(machineToJson(machine))
  else out.progress(`${out.progressStyle.bold(name)}  ${what}`)
  return 0
}
