import { CATALOGUE, type ErrorCode, EXIT } from '../../errors/catalogue.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { needUnits, refreshDropIns } from '../../host-install/prepare-units.ts'
import { readUnitStates, resetFailed, type UnitState } from '../../host-install/unit-state.ts'
import { catchSignals } from '../../host/signals.ts'
import { placesOf } from '../../plan/places.ts'
import type { Record } from '../../state/record.ts'
import { readRecord } from '../../state/store.ts'
import { SYSTEM_DIRECTORIES } from '../../units/host-facts.ts'
import type { Context } from '../context.ts'
import { imageBuilder } from '../image-builder.ts'
import { reportError } from '../report-error.ts'
import { chooseSystemMachines, type SystemMachine } from './choose-system-machines.ts'
import { runSystemctl } from './run-systemctl.ts'

/** `start` and `restart`: systemctl, between what makes it work and what explains that it did not. */
export const performStart = async (
  context: Context,
  verb: 'start' | 'restart',
  names: readonly string[],
): Promise<number> => {
  const { out, globals } = context
  needUnits()
  const machines = chooseSystemMachines(names)
  if (await refreshDropIns(machines)) out.detail('systemd has read the definitions again.')
  await buildImages(context, machines)
  await resetFailed(names)
  const status = await runSystemctl(verb, names, globals.json ? ['--quiet'] : [])
  const states = await readUnitStates(names)
  if (globals.json) out.json(states)
  else
    for (const { machine, statusText, activeState } of states.filter(isActive))
      out.progress(`${out.progressStyle.bold(machine)}  ${statusText === '' ? activeState : statusText}`)
  if (status === 0) return EXIT.ok
  const failed = states.filter((state) => !isActive(state))
  for (const state of failed) reportError(failureOf(state), out, globals.json)
  return Math.max(EXIT.failed, ...failed.map(({ exitStatus }) => exitStatus))
}

const isActive = ({ activeState }: UnitState): boolean => activeState === 'active'

const buildImages = async (context: Context, machines: readonly SystemMachine[]): Promise<void> => {
  const signals = catchSignals()
  try {
    const build = imageBuilder(context, signals.stop)
    for (const { spec } of machines)
      if (spec.image.kind !== 'files')
        await build(spec.image, (line) => context.out.progress(`${spec.name}  image  ${line}`))
  } finally {
    signals.release()
  }
}

const FAILED = 'failed: '

/** The supervisor's last status says why, and its record says more; a supervisor that did not even begin has told the journal. */
const failureOf = ({ machine, result, statusText }: UnitState): MicrovmError => {
  const fix = `journalctl --unit microvm@${machine} has the whole story.`
  const message = statusText.startsWith(FAILED) ? statusText.slice(FAILED.length) : undefined
  const failure = failureInRecord(machine)
  // A start that ends before the machine is touched leaves the record of the run before it.
  if (failure !== undefined && (message === undefined || failure.message.startsWith(message.slice(0, 40))))
    return new MicrovmError(failure.code as ErrorCode, failure.message, {
      machine,
      ...(failure.because === undefined ? {} : { because: failure.because }),
      fix: failure.fix ?? fix,
    })
  return new MicrovmError('PROGRAM_FAILED', `The unit of "${machine}" did not start (${result}).`, {
    machine,
    ...(message === undefined ? {} : { because: message }),
    fix,
  })
}

const failureInRecord = (machine: string): NonNullable<Record['failure']> | undefined => {
  try {
    const failure = readRecord(placesOf(SYSTEM_DIRECTORIES, machine).record)?.failure
    return failure !== null && failure !== undefined && Object.hasOwn(CATALOGUE, failure.code)
      ? failure
      : undefined
  } catch {
    // Not readable for this user: the journal may be.
    return undefined
  }
}
