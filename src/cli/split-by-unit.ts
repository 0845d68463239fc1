import { findDirectories } from '../host/directories.ts'
import { readSystemDefinitions } from '../host-install/system-definitions.ts'
import { unitsInstalled } from '../host-install/prepare-units.ts'
import { systemdRuns } from '../host-install/systemctl.ts'
import { isUnitMachine } from '../host-install/unit-machine.ts'
import { observeMachine } from '../state/observe.ts'
import type { Context } from './context.ts'

export type Split = { readonly units: readonly string[]; readonly others: readonly string[] }

/**
 * Which machines are units of this host, and which belong to whoever asks. A user's own record decides for a user; otherwise a machine is a unit
 * that is defined in /etc/microvm or keeps its state as one. A file there that cannot be used may define any name that is known nowhere else.
 * On a host without systemd, or without the units, `up` runs what is defined there itself.
 */
export const splitByUnit = ({ env, uid }: Pick<Context, 'env' | 'uid'>, names: readonly string[]): Split => {
  const directories = findDirectories(env, uid)
  const definitions = systemdRuns() && unitsInstalled() ? readSystemDefinitions() : []
  const mayBeAny = definitions.some(({ problems }) => problems.length > 0)
  const isUnit = (name: string): boolean => {
    const recorded = observeMachine(directories, name) !== undefined
    if (isUnitMachine(directories.state, name)) return true
    if (uid !== 0 && recorded) return false
    if (definitions.some(({ machines }) => machines.some((machine) => machine.name === name))) return true
    return mayBeAny && !recorded
  }
  const units = names.filter(isUnit)
  return { units, others: names.filter((name) => !units.includes(name)) }
}
