import { EXIT } from '../errors/catalogue.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { isUnitMachine } from '../host-install/unit-machine.ts'
import { removeMachine } from '../machine/remove-machine.ts'
import { requestStop } from '../machine/request-stop.ts'
import { type MachineStatus, observeMachine } from '../state/observe.ts'
import type { Context } from './context.ts'
import { needMachine } from './need-machine.ts'

type Options = { readonly volumes: boolean; readonly force: boolean }

/** `rm`: all names are looked at before anything is removed. @throws MicrovmError MACHINE_UNKNOWN, MACHINE_ALREADY_RUNNING, USAGE */
export const performRm = async (
  { env, uid, out, globals }: Context,
  names: readonly string[],
  { volumes, force }: Options,
): Promise<number> => {
  const directories = findDirectories(env, uid)
  const machines = names.map((name) => needMachine(directories, name))
  for (const machine of machines) {
    if (isUnitMachine(directories.state, machine.name)) throw isUnit(machine)
    if (machine.supervisorPid !== undefined && !force) throw runs(machine)
  }
  const removed = []
  for (const { name } of machines) {
    const onNote = (note: string): void => out.progress(`${name}  ${note}`)
    if (observeMachine(directories, name)?.supervisorPid !== undefined)
      await requestStop(directories, name, { force: true, onNote })
    const kept = await removeMachine(directories, name, { volumes, uid })
    removed.push({ name, kept: kept ?? null })
    if (!globals.json)
      out.progress(
        `${out.progressStyle.bold(name)}  removed${kept === undefined ? '' : `  its volumes are kept in ${kept}; "microvm rm ${name} --volumes" removes them`}`,
      )
  }
  if (globals.json) out.json(removed)
  return EXIT.ok
}

const runs = ({ name, status }: MachineStatus): MicrovmError =>
  new MicrovmError('MACHINE_ALREADY_RUNNING', `Machine "${name}" runs (${status}).`, {
    machine: name,
    fix: `Stop it first: microvm down ${name}`,
  })

const isUnit = ({ name }: MachineStatus): MicrovmError =>
  new MicrovmError('USAGE', `Machine "${name}" is a unit of this host.`, {
    machine: name,
    because: 'systemd keeps its state (StateDirectory=).',
    fix: `Remove its definition from /etc/microvm, then: systemctl stop microvm@${name} && systemctl clean microvm@${name}`,
  })
