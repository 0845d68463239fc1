import { EXIT } from '../../errors/catalogue.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { readUnitStates } from '../../host-install/unit-state.ts'
import { placesOf } from '../../plan/places.ts'
import type { Record } from '../../state/record.ts'
import { readRecord } from '../../state/store.ts'
import { SYSTEM_DIRECTORIES } from '../../units/host-facts.ts'
import type { Context } from '../context.ts'
import { reportError } from '../report-error.ts'
import { runSystemctl } from './run-systemctl.ts'

/** `stop`: systemctl, and how each guest took it. */
export const performUnitStop = async (context: Context, names: readonly string[]): Promise<number> => {
  const { out, globals } = context
  const running = (await readUnitStates(names))
    .filter(({ mainPid }) => mainPid !== 0)
    .map(({ machine }) => machine)
  const status = await runSystemctl('stop', names, globals.json ? ['--quiet'] : [])
  const outcomes = running.map((machine) => ({ machine, outcome: outcomeOf(machine) }))
  if (globals.json) out.json(outcomes)
  else
    for (const { machine, outcome } of outcomes)
      out.progress(`${out.progressStyle.bold(machine)}  stopped  ${outcome ?? ''}`)
  const forced = outcomes.filter(({ outcome }) => outcome === 'forced' || outcome === 'killed')
  for (const { machine, outcome } of forced)
    reportError(
      new MicrovmError('STOP_FORCED', `Machine "${machine}" did not shut down by itself (${outcome}).`, {
        machine,
        fix: `journalctl --unit microvm@${machine} has the steps. A guest that needs longer gets it by stopTimeout.`,
      }),
      out,
      globals.json,
    )
  return status !== 0 ? status : forced.length > 0 ? EXIT.failed : EXIT.ok
}

/** Unknown to users who may not read the machine's state. */
const outcomeOf = (machine: string): Record['outcome'] => {
  try {
    return readRecord(placesOf(SYSTEM_DIRECTORIES, machine).record)?.outcome ?? null
  } catch {
    return null
  }
}
