import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { machineDropIn } from '../units/machine-drop-in.ts'
import { dropInPath, GENERATED } from './generate-drop-ins.ts'
import { askSystemd, needSystemd } from './systemctl.ts'

/** systemd.unit(5), "UNIT FILE LOAD PATH", as far as it matters here. */
const UNIT_FOLDERS = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map((folder) =>
  join(folder, 'systemd/system'),
)

export const unitsInstalled = (): boolean =>
  UNIT_FOLDERS.some((folder) => existsSync(join(folder, 'microvm@.service')))

/** @throws MicrovmError PROGRAM_MISSING where there is no systemd or no `microvm@.service`. */
export const needUnits = (): void => {
  needSystemd()
  if (unitsInstalled()) return
  throw new MicrovmError('PROGRAM_MISSING', 'This host has no unit microvm@.service.', {
    fix: 'Install it: sudo microvm host install. Or use "microvm up", which needs none.',
  })
}

/**
 * Lets systemd read the definitions again when a drop-in is not what its definition says. Returns whether it had to.
 * @throws MicrovmError HOST_PERMISSION for who is not root: the unit would be started with settings of another definition.
 */
export const refreshDropIns = async (
  machines: readonly { readonly spec: MachineSpec; readonly file: string }[],
  uid: number,
): Promise<boolean> => {
  const stale = machines.filter(({ spec, file }) => currentDropIn(spec.name) !== machineDropIn(spec, file))
  if (stale.length === 0) return false
  if (uid !== 0) throw notReread(stale.map(({ spec }) => spec.name))
  await askSystemd('systemctl', 'daemon-reload')
  return true
}

const notReread = (machines: readonly string[]): MicrovmError =>
  new MicrovmError(
    'HOST_PERMISSION',
    `systemd does not know the definition of ${machines.join(', ')} as it is now.`,
    {
      because: 'It was changed since systemd read it, and only root can have it read again.',
      fix: 'As root: sudo systemctl daemon-reload',
    },
  )

const currentDropIn = (machine: string): string | undefined => {
  const path = dropInPath(GENERATED, machine)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
