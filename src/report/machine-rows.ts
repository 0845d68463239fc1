import type { MachineStatus } from '../state/observe.ts'
import { durationText } from './duration-text.ts'
import { spellOut } from '../errors/invisible.ts'
import { printable } from '../errors/printable.ts'
import type { Style } from './style.ts'
import { cutTo, table, widthOf } from './table.ts'

/** `leftBehind`: it runs, and its definition no longer defines it. */
export type ListedMachine = MachineStatus & { readonly leftBehind?: string }

export type RowOptions = {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Columns of the terminal; lines are cut there. Infinity where there is none. */
  readonly width: number
  /** Where each machine comes from, and which ports lead to it. */
  readonly wide: boolean
}

/** What `microvm ps` prints: one row per machine, none longer than the terminal is wide. Where that is narrow, what matters least is left out. */
export const machineRows = (
  machines: readonly ListedMachine[],
  { now, width, wide }: RowOptions,
  style: Style,
): string[] => {
  const columns: Column[] = [
    ['NAME', ({ name }) => name, () => style.bold],
    ['STATUS', ({ status }) => status, ({ status }) => statusStyle(status, style)],
    ['SINCE', ({ since }) => (since === undefined ? '-' : durationText(now - Date.parse(since)))],
    ['HYPERVISOR', hypervisorText],
    ...(wide ? WIDE : []),
    ['REMARK', (machine) => machine.leftBehind ?? remark(machine)],
  ]
  for (const left of [
    [],
    ...(wide ? [['IMAGE'], ['PORTS'], ['DEFINITION'], ['PROJECT']] : []),
    ['HYPERVISOR'],
    ['SINCE'],
  ]) {
    const at = columns.findIndex(([title]) => left.includes(title))
    if (at >= 0) columns.splice(at, 1)
    const rows = rowsOf(columns, machines, style, Infinity)
    if (widthBeforeRemark(rows[0] ?? '') + REMARK_AT_LEAST <= width) return cutAll(rows, width)
  }
  // A name so long that nothing else has room leaves out everything but the status.
  const statuses = Math.max('STATUS'.length, ...machines.map(({ status }) => status.length))
  return cutAll(rowsOf(columns.slice(0, 2), machines, style, width - statuses - 2), width)
}

type Column = readonly [
  title: string,
  text: (machine: ListedMachine) => string,
  look?: (machine: ListedMachine) => (text: string) => string,
]

/** The first column is cut at `first`. */
const rowsOf = (
  columns: readonly Column[],
  machines: readonly ListedMachine[],
  style: Style,
  first: number,
): string[] =>
  table([
    columns.map(([title]) => style.dim(title)),
    ...machines.map((machine) =>
      columns.map(([, text, look], index) => {
        const seen = asSeen(text(machine))
        return (look?.(machine) ?? asItIs)(index === 0 ? cutTo(seen, first) : seen)
      }),
    ),
  ])

const cutAll = (rows: readonly string[], width: number): string[] => rows.map((row) => cutTo(row, width))

/** What is spelt out when it is written (cli/output.ts) counts as it will be seen, and a tab has no width of its own. */
const asSeen = (text: string): string => spellOut(text.replaceAll(/[\t\n]/g, ' '))

const asItIs = (text: string): string => text

const WIDE: readonly Column[] = [
  ['PROJECT', ({ project }) => project ?? '-'],
  ['PORTS', ({ forwards = [] }) => (forwards.length === 0 ? '-' : forwards.join(', '))],
  ['IMAGE', ({ image }) => image ?? '-'],
  ['DEFINITION', ({ definition }) => definition ?? '-'],
]

/** Fewer columns than this say nothing. */
const REMARK_AT_LEAST = 12

const widthBeforeRemark = (header: string): number => widthOf(header) - 'REMARK'.length

/** `qemu 10.0.2, software emulation`, or `-` when it is not known. */
const hypervisorText = ({
  hypervisor,
  vmmVersion,
  accel,
}: Pick<MachineStatus, 'hypervisor' | 'vmmVersion' | 'accel'>): string => {
  if (hypervisor === undefined) return '-'
  const version = vmmVersion === undefined || vmmVersion === '' ? '' : ` ${vmmVersion}`
  return `${hypervisor}${version}${accel === undefined ? '' : `, ${accelText(accel)}`}`
}

export const accelText = (accel: 'kvm' | 'tcg'): string => (accel === 'kvm' ? 'KVM' : 'software emulation')

export const statusStyle = (status: string, style: Style): ((text: string) => string) => {
  if (status === 'ready') return style.green
  if (['failed', 'broken', 'emergency', 'paused'].includes(status)) return style.red
  return ['stopped', 'waiting'].includes(status) ? style.dim : style.yellow
}

const remark = (machine: MachineStatus): string => {
  // How it stands comes first; a machine that is ready has room for what is unusual.
  if (machine.status === 'ready' && machine.notice !== undefined) return printable(machine.notice)
  if (machine.status === 'ready')
    return machine.readyAfterMs === undefined ? '' : `ready after ${durationText(machine.readyAfterMs)}`
  const text =
    machine.status === 'stopped' ? outcomeText(machine) : (machine.failure?.message ?? machine.because)
  return printable((text ?? machine.guestStatus ?? '').split('\n')[0] ?? '')
}

/** `graceful`, or `graceful, exit status 7`. */
const outcomeText = ({ lastOutcome, exitStatus }: MachineStatus): string | undefined =>
  exitStatus === undefined || exitStatus === 0 ? lastOutcome : `${lastOutcome}, exit status ${exitStatus}`

/** The `--json` form of one machine; stable, see docs/cli.md. */
export const machineToJson = ({ places, ...machine }: ListedMachine) => ({
  ...machine,
  run: places.run,
  state: places.state,
  consoleLog: places.consoleLog,
  vsock: places.vsock,
})
