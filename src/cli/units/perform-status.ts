import { EXIT } from '../../errors/catalogue.ts'
import { needUnits } from '../../host-install/prepare-units.ts'
import { askSystemd } from '../../host-install/systemctl.ts'
import { readUnitStates } from '../../host-install/unit-state.ts'
import { runInTerminal } from '../../host/run-in-terminal.ts'
import type { Context } from '../context.ts'
import { runSystemctl } from './run-systemctl.ts'

export const performStatus = async ({ out, globals }: Context, names: readonly string[]): Promise<number> => {
  needUnits()
  if (!globals.json)
    return names.length > 0
      ? runSystemctl('status', names, ['--no-pager'])
      : runInTerminal('systemctl', ['status', '--no-pager', 'microvm@*.service'])
  const states = await readUnitStates(names.length > 0 ? names : await loadedMachines())
  out.json(states)
  return states.every(({ activeState }) => activeState === 'active') ? EXIT.ok : EXIT.notRunning
}

const loadedMachines = async (): Promise<string[]> => {
  const text = await askSystemd(
    'systemctl',
    'list-units',
    '--all',
    '--plain',
    '--no-legend',
    'microvm@*.service',
  )
  return text.split('\n').flatMap((line) => /^microvm@(\S+)\.service/.exec(line)?.[1] ?? [])
}
