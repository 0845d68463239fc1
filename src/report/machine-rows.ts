import type { MachineStatus } from '../state/observe.ts'
import { durationText } from './duration-text.ts'
import { printable } from '../errors/printable.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** `leftBehind`: it runs, and its definition no longer defines it. */
export type ListedMachine = MachineStatus & { readonly leftBehind?: string }

/** What `microvm ps` prints: one row per machine, with --all its project, too. `now` in milliseconds since the epoch. */
export const machineRows = (
  machines: readonly ListedMachine[],
  now: number,
  style: Style,
  { project = false } = {},
): string[] =>
  table([
    ['NAME', 'STATUS', 'SINCE', 'HYPERVISOR', ...(project ? ['PROJECT'] : []), 'REMARK'].map(style.dim),
    ...machines.map((machine) => [
      style.bold(machine.name),
      statusStyle(machine.status, style)(machine.status),
      machine.since === undefined ? '-' : durationText(now - Date.parse(machine.since)),
      hypervisorText(machine),
      ...(project ? [machine.project ?? '-'] : []),
      machine.leftBehind ?? remark(machine),
    ]),
  ])

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
  if (machine.notice !== undefined) return printable(machine.notice)
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
