import { dirname } from 'node:path'
import { unitsInstalled } from '../../host-install/prepare-units.ts'
import { readSystemDefinitions } from '../../host-install/system-definitions.ts'
import { systemdRuns } from '../../host-install/systemctl.ts'
import { DEFINITIONS } from '../../units/host-facts.ts'
import type { Context } from '../context.ts'
import { findDefinition } from '../find-definition.ts'

/** The machines `up` starts as units: root's, of /etc/microvm, on a host that has the units. Undefined: `up` runs them itself. */
export const machinesForUnits = (context: Context, names: readonly string[]): string[] | undefined => {
  if (context.uid !== 0 || !systemdRuns() || !unitsInstalled()) return undefined
  const found = findDefinition(context, names)
  if (found !== DEFINITIONS && dirname(found) !== DEFINITIONS) return undefined
  if (names.length > 0) return [...names]
  return readSystemDefinitions()
    .filter(({ file }) => file === found)
    .flatMap(({ machines }) => machines.map(({ name }) => name))
}
