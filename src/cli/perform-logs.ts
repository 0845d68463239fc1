import { EXIT } from '../errors/catalogue.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { decodeLine } from '../events/jsonl.ts'
import { findDirectories } from '../host/directories.ts'
import { isUnitMachine } from '../host-install/unit-machine.ts'
import { catchSignals } from '../host/signals.ts'
import { eventText } from '../report/event-text.ts'
import { printable } from '../errors/printable.ts'
import { splitLines } from '../report/split-lines.ts'
import { type MachineStatus, observeMachines } from '../state/observe.ts'
import { SYSTEM_DIRECTORIES } from '../units/host-facts.ts'
import type { Context } from './context.ts'
import { followFile, tailOf } from './follow-file.ts'
import { printJournal } from './journal-logs.ts'
import { needMachine } from './need-machine.ts'
import { prefixes } from './prefixes.ts'
import { signalExit } from './signal-exit.ts'

type Source = 'console' | 'events' | 'vmm'
type Options = { readonly follow: boolean; readonly tail: string | undefined; readonly source: Source }
type Printer = (machine: string, line: string) => void

/** Prints the end of a log of each machine, then, with --follow, what is added to them, until a signal comes. */
export const performLogs = async (
  context: Context,
  names: readonly string[],
  { follow, tail, source }: Options,
): Promise<number> => {
  const directories = findDirectories(context.env, context.uid)
  if (source === 'console' && names.length > 0 && names.every(isSystemMachine))
    return performJournalLogs(context, names, follow, tail)
  const machines =
    names.length === 0 ? observeMachines(directories) : names.map((name) => needMachine(directories, name))
  const lines = tail === undefined ? undefined : lineCount(tail)
  const print = printerOf(context, machines, source)
  const signals = catchSignals()
  let failed: number = EXIT.ok
  // One machine's log that cannot be read takes nobody else's away.
  const passOver = (machine: MachineStatus, error: unknown): void => {
    if (machines.length === 1) throw error
    context.out.warn(`The log of "${machine.name}" cannot be read: ${(error as Error).message}`, machine.name)
    failed = EXIT.failed
  }
  try {
    const ends = new Map<MachineStatus, number>()
    for (const machine of machines) {
      const found = await tailOf(fileOf(machine, source), lines).catch((error) => passOver(machine, error))
      if (found === undefined) continue
      const { text, end } = found
      ends.set(machine, end)
      const splitter = splitLines()
      for (const line of splitter.push(text.toString('utf8'))) print(machine.name, line)
      // A console's last line has no end yet: a login prompt. Followed, it is printed when it is whole.
      if (!follow && splitter.rest() !== '') print(machine.name, splitter.rest())
    }
    if (!follow) return failed
    await Promise.all(
      [...ends].map(async ([machine, end]) => {
        const splitter = splitLines()
        const decoder = new TextDecoder()
        try {
          for await (const chunk of followFile(fileOf(machine, source), end, signals.stop))
            for (const line of splitter.push(decoder.decode(chunk, { stream: true })))
              print(machine.name, line)
        } catch (error) {
          passOver(machine, error)
        }
      }),
    )
    const received = signals.received()
    return received === undefined ? failed : signalExit(received)
  } finally {
    signals.release()
  }
}

const isSystemMachine = (name: string): boolean => isUnitMachine(SYSTEM_DIRECTORIES.state, name)

/** Machines that run as units: their console is in the journal, for everybody who may read that. */
const performJournalLogs = async (
  context: Context,
  names: readonly string[],
  follow: boolean,
  tail: string | undefined,
): Promise<number> => {
  const lines = tail === undefined ? undefined : lineCount(tail)
  const print = printerOf(
    context,
    names.map((name) => ({ name })),
    'console',
  )
  const signals = catchSignals()
  try {
    await Promise.all(
      names.map((machine) =>
        printJournal({ machine, follow, lines, stop: signals.stop, print: (line) => print(machine, line) }),
      ),
    )
    return follow ? signalExit(signals.received()) : 0
  } finally {
    signals.release()
  }
}

const fileOf = ({ places }: MachineStatus, source: Source): string =>
  ({ console: places.consoleLog, events: places.events, vmm: places.vmmLog })[source]

const lineCount = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new MicrovmError('USAGE', `--tail cannot be "${text}".`, {
    fix: 'Give a number of lines, e.g. --tail 20.',
  })
}

const printerOf = (
  { out, globals }: Context,
  machines: readonly { readonly name: string }[],
  source: Source,
): Printer => {
  const names = machines.map(({ name }) => name)
  const prefix = names.length > 1 ? prefixes(names, out.style) : () => ''
  const width = Math.max(0, ...names.map((name) => name.length))
  if (source === 'events')
    return (machine, line) => {
      const decoded = decodeLine(line)
      if (decoded === undefined) return
      // Whose log it stands in is certain; whose it says it is, is not.
      const event = { ...decoded, machine }
      if (globals.json) out.jsonLine(event)
      else out.data(eventText(event, width, out.style))
    }
  if (globals.json) return (machine, line) => out.jsonLine({ machine, source, line: printable(line) })
  return (machine, line) => out.consoleLine(prefix(machine), line)
}
