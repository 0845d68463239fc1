import { durationText } from './duration-text.ts'
import { accelText, statusStyle } from './machine-rows.ts'
import type { Progress } from './progress.ts'
import type { Style } from './style.ts'

/**
 * One line per machine for a terminal of `columns`, e.g. `web  booting  multi-user.target  4.2 s`.
 * Pure: the same progress at the same moment (`now`, milliseconds since the epoch) is the same frame.
 */
export const liveFrame = (
  machines: readonly Progress[],
  now: number,
  columns: number,
  style: Style,
): string[] => {
  const names = Math.max(...machines.map(({ name }) => name.length))
  const states = Math.max(...machines.map(({ state }) => state.length))
  return machines.map((machine) => {
    const { name, state } = machine
    const elapsed = elapsedText(machine, now)
    // Two blanks between columns, and one column of the terminal never written to, or it would wrap.
    const room = columns - names - states - elapsed.length - 7
    const remark = cut(remarkOf(machine), room)
    return [
      style.bold(name.padEnd(names)),
      statusStyle(state, style)(state.padEnd(states)),
      remark,
      style.dim(elapsed),
    ]
      .filter((text) => text !== '')
      .join('  ')
  })
}

/** One line of progress where lines cannot be redrawn; also the last line a machine gets. */
export const progressLine = (machine: Progress, now: number, width: number, style: Style): string =>
  [
    style.bold(machine.name.padEnd(width)),
    statusStyle(machine.state, style)(machine.state),
    firstLine(remarkOf(machine)),
    style.dim(elapsedText(machine, now)),
  ]
    .filter((text) => text !== '')
    .join('  ')

const remarkOf = (machine: Progress): string => {
  switch (machine.state) {
    case 'ready': {
      const after =
        machine.readyAfterMs === undefined ? 'already' : `after ${durationText(machine.readyAfterMs)}`
      const on = [machine.hypervisor, machine.accel === undefined ? undefined : accelText(machine.accel)]
      const known = on.filter((text) => text !== undefined).join(', ')
      return known === '' ? after : `${after} (${known})`
    }
    case 'failed':
    case 'blocked':
      return machine.failure?.message ?? machine.because
    case 'stopped':
      return machine.outcome ?? machine.because
    case 'waiting':
    case 'emergency':
    case 'paused':
      return machine.because
    default:
      return machine.milestone
  }
}

const elapsedText = ({ state, startedAt }: Progress, now: number): string =>
  startedAt === undefined || ['ready', 'failed', 'stopped', 'blocked', 'waiting'].includes(state)
    ? ''
    : durationText(now - startedAt)

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

const cut = (text: string, room: number): string => {
  const line = firstLine(text)
  if (line.length <= room) return line
  return room < 2 ? '' : `${line.slice(0, room - 1)}…`
}
