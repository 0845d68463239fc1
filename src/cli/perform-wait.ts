import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { waitUntil } from '../host/wait-until.ts'
import { machineToJson } from '../report/machine-rows.ts'
import { type MachineStatus, observeMachine } from '../state/observe.ts'
import type { Context } from './context.ts'
import { optionTime } from './option-time.ts'

type Goal = 'ready' | 'running' | 'stopped'

/** Looks at the record, which is rewritten at every change, and at whether its supervisor lives, for which there is no event. */
export const performWait = async (
  { env, uid, globals, out }: Context,
  name: string,
  options: { readonly for: Goal; readonly timeout: string },
): Promise<number> => {
  const directories = findDirectories(env, uid)
  const goal = options.for
  let wasAlive = false
  let latest: MachineStatus | undefined
  const reached = await waitUntil(
    () => {
      latest = observeMachine(directories, name)
      if (isReached(latest, goal)) return true
      const alive = latest?.supervisorPid !== undefined
      // Failed before we came: as good as now. Stopped before we came: somebody may be about to start it.
      if (goal !== 'stopped' && !alive && (wasAlive || latest?.status === 'failed')) return false
      wasAlive ||= alive
      return undefined
    },
    optionTime('timeout', options.timeout),
  )
  if (reached === true) {
    if (globals.json) out.json(latest === undefined ? { name, status: 'stopped' } : machineToJson(latest))
    return 0
  }
  const status = latest?.status ?? 'not started'
  if (reached === false)
    throw new MicrovmError('MACHINE_NOT_READY', `Machine "${name}" is ${status}, not ${goal}.`, {
      machine: name,
      ...because(latest),
      fix: latest?.failure?.fix ?? `"microvm logs ${name}" shows its console.`,
    })
  throw new MicrovmError('WAIT_TIMEOUT', `Machine "${name}" was not ${goal} after ${options.timeout}.`, {
    machine: name,
    because: howItIs(latest),
    fix: `Wait longer with --timeout, or see what it does: microvm logs ${name}`,
  })
}

const howItIs = (latest: MachineStatus | undefined): string => {
  if (latest?.status === 'paused') return `It is paused. ${latest.because ?? ''}`
  const says = latest?.guestStatus === undefined ? '' : ` (its guest says: ${latest.guestStatus})`
  return `It is ${latest?.status ?? 'not started'}${says}.`
}

const because = (status: MachineStatus | undefined): { because?: string } => {
  const text = status?.failure?.message ?? status?.because
  return text === undefined ? {} : { because: text }
}

const isReached = (machine: MachineStatus | undefined, goal: Goal): boolean => {
  const alive = machine?.supervisorPid !== undefined
  if (goal === 'ready') return machine?.status === 'ready'
  if (goal === 'running')
    return alive && ['booting', 'ready', 'emergency', 'rebooting'].includes(machine.status)
  return !alive && machine?.status !== 'broken'
}
