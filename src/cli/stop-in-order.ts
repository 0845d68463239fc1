import type { Outcome } from '../events/event.ts'
import { requestStop, type StopOptions } from '../machine/request-stop.ts'
import { isUnitMachine, stopUnit } from '../host-install/unit-machine.ts'
import { readUnitStates } from '../host-install/unit-state.ts'
import { type Directories, placesOf } from '../plan/places.ts'
import { readRecord } from '../state/store.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { startOrder } from '../spec/order.ts'

export type Stopped = {
  readonly name: string
  /** Undefined: it was not running. */
  readonly outcome: Outcome | undefined
  readonly error: MicrovmError | undefined
}

type Options = {
  readonly directories: Directories
  readonly force: boolean
  /** Aborts when the user's patience ends: what still runs is then stopped hard. */
  readonly escalate: AbortSignal
  /** Aborts when the command is to end, whatever still runs. */
  readonly abandon: AbortSignal
  /** What is unusual about the stop of a machine. */
  readonly onNote: (name: string, note: string) => void
  readonly onStopping: (name: string) => void
  /** The machines this one came after are stopped when it has settled. */
  readonly onStopped: (stopped: Stopped) => void | Promise<void>
}

/** Stops machines, dependants first, those of one wave side by side. One that cannot be stopped does not keep the others. */
export const stopInOrder = async (
  machines: readonly { readonly name: string; readonly after: readonly string[] }[],
  { directories, force, escalate, abandon, onNote, onStopping, onStopped }: Options,
): Promise<Stopped[]> => {
  const all: Stopped[] = []
  const stop = async (name: string): Promise<Stopped> => {
    onStopping(name)
    const stopped = await stopOne(directories, name, {
      force,
      escalate,
      abandon,
      onNote: (note) => onNote(name, note),
    }).then(
      (outcome) => ({ name, outcome, error: undefined }),
      (error: unknown) => ({ name, outcome: undefined, error: asError(name, error) }),
    )
    await onStopped(stopped)
    return stopped
  }
  for (const wave of startOrder(machines).toReversed()) all.push(...(await Promise.all(wave.map(stop))))
  return all
}

const stopOne = async (
  directories: Directories,
  name: string,
  { force, escalate, ...options }: StopOptions & { readonly force: boolean; readonly escalate: AbortSignal },
): Promise<Outcome | undefined> => {
  if (!isUnitMachine(directories.state, name))
    return requestStop(directories, name, { ...options, force: force || escalate.aborted, escalate })
  const [unit] = await readUnitStates([name])
  if (unit?.mainPid === 0) return undefined
  await stopUnit(name, force, escalate)
  return readRecord(placesOf(directories, name).record)?.outcome ?? undefined
}

/** A record that cannot be read is this machine's problem, not ours. */
const asError = (machine: string, error: unknown): MicrovmError =>
  error instanceof MicrovmError
    ? error
    : new MicrovmError('RECORD_BROKEN', `The record of machine "${machine}" cannot be read.`, {
        machine,
        because: (error as Error).message,
        fix: `If the machine does not run, remove its record.json; "microvm ps ${machine} --json" names the folder.`,
        cause: error,
      })
