import { EXIT } from '../../errors/catalogue.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { needUnits, refreshDropIns } from '../../host-install/prepare-units.ts'
import { readUnitStates, resetFailed } from '../../host-install/unit-state.ts'
import { placesOf } from '../../plan/places.ts'
import type { Record } from '../../state/record.ts'
import { readRecord } from '../../state/store.ts'
import { SYSTEM_DIRECTORIES } from '../../units/host-facts.ts'
import type { Context } from '../context.ts'
import { reportError } from '../report-error.ts'
import { buildSystemImages } from './build-system-images.ts'
import { chooseSystemMachines } from './choose-system-machines.ts'
import { runSystemctl } from './run-systemctl.ts'
import { isActive, startFailures } from './start-failures.ts'

/**
 * `start` and `restart`: systemctl, between what makes it work and what explains that it did not.
 * @param timeoutMs how long to wait; the machines go on.
 * @throws MicrovmError WAIT_TIMEOUT, HOST_PERMISSION, and what a definition or an image has to say.
 */
export const performStart = async (
  context: Context,
  verb: 'start' | 'restart',
  names: readonly string[],
  timeoutMs?: number,
): Promise<number> => {
  const { out, globals } = context
  needUnits()
  const machines = chooseSystemMachines(names)
  if (await refreshDropIns(machines, context.uid)) out.detail('systemd has read the definitions again.')
  await buildSystemImages(context, machines)
  const involved = machines.map(({ spec }) => spec.name)
  await resetFailed(involved)
  const before = await readUnitStates(involved)
  const patience = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  const status = await runSystemctl(verb, names, globals.json ? ['--quiet'] : [], patience)
  if (patience?.aborted === true && status !== 0) throw tooLate(names)
  const states = await readUnitStates(involved)
  const asked = states.filter(({ machine }) => names.includes(machine))
  if (globals.json) out.json(asked)
  else
    for (const { machine, statusText, activeState } of asked.filter(isActive))
      out.progress(`${out.progressStyle.bold(machine)}  ${statusText === '' ? activeState : statusText}`)
  if (status === 0) return EXIT.ok
  const { errors, exit } = startFailures(
    states.map((now, index) => ({
      machine: now.machine,
      after: machines[index]?.spec.after ?? [],
      before: before[index],
      now,
      record: recordOf(now.machine),
    })),
  )
  for (const error of errors) reportError(error, out, globals.json)
  return exit
}

const tooLate = (names: readonly string[]): MicrovmError =>
  new MicrovmError('WAIT_TIMEOUT', `Not ready in time: ${names.join(', ')}.`, {
    because: 'Only the waiting has ended; systemd goes on with the start.',
    fix: `"microvm status ${names.join(' ')}" says how far it is; "microvm stop ${names.join(' ')}" ends it.`,
  })

const recordOf = (machine: string): Record | undefined => {
  try {
    return readRecord(placesOf(SYSTEM_DIRECTORIES, machine).record)
  } catch {
    // Not readable for this user: the journal may be.
    return undefined
  }
}
