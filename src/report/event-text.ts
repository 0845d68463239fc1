import type { MachineEvent, Recorded } from '../events/event.ts'
import { oneLine } from '../errors/printable.ts'
import type { Style } from './style.ts'

/** One event as a line for people: `12:03:04.120  web  ready  the guest's systemd said READY=1`. */
export const eventText = (event: Recorded, width: number, style: Style): string => {
  const { what, details } = describe(event)
  return [style.dim(event.at.slice(11, 23)), style.bold(event.machine.padEnd(width)), what, oneLine(details)]
    .filter((text) => text !== '')
    .join('  ')
}

const describe = (event: MachineEvent): { what: string; details: string } => {
  switch (event.kind) {
    case 'run':
      return { what: 'run', details: `supervisor ${event.pid}, from ${event.definition}` }
    case 'guest-emergency':
      return { what: 'guest in emergency mode', details: event.unit }
    case 'state':
      return { what: event.to, details: event.because }
    case 'step':
      return { what: event.do, details: event.what }
    case 'vmm-started':
      return { what: 'vmm started', details: `${event.hypervisor} ${event.version}, pid ${event.pid}` }
    case 'vmm-booted':
      return { what: 'vmm booted the guest', details: '' }
    case 'vmm-paused':
      return { what: 'vmm paused the guest', details: event.because }
    case 'vmm-resumed':
      return { what: 'vmm lets the guest go on', details: '' }
    case 'vmm-ending':
      return { what: 'vmm is about to end', details: event.reason }
    case 'disk-error':
      return { what: 'disk failed', details: diskErrorText(event) }
    case 'console-panic':
      return { what: 'console shows a panic', details: event.text }
    case 'guest-watchdog':
      return { what: 'watchdog fired', details: event.action }
    case 'guest-memory':
      return { what: 'guest memory', details: `${event.device}: ${event.bytes} bytes` }
    case 'vmm-exited':
      return { what: 'vmm ended', details: exitText(event) }
    case 'sidecar-started':
      return { what: `${event.name} started`, details: `pid ${event.pid}` }
    case 'sidecar-exited':
      return { what: `${event.name} ended`, details: exitText(event) }
    case 'guest-hello':
      return { what: 'guest says hello', details: event.hostname ?? event.machineId ?? '' }
    case 'guest-unit':
      return { what: event.active ? 'active' : 'inactive', details: event.unit }
    case 'guest-status':
      return { what: 'status', details: event.status }
    case 'guest-ready':
      return { what: 'guest says READY=1', details: '' }
    case 'guest-shutdown':
      return { what: 'guest shuts down', details: shutdownText(event) }
    case 'guest-rebooting':
      return { what: 'guest reboots', details: '' }
    case 'guest-panic':
      return { what: 'guest kernel panicked', details: '' }
    case 'notify-ignored':
      return { what: 'message ignored', details: event.why }
    case 'cleaned':
      return { what: 'cleaned up', details: event.what }
    case 'stop-step':
      return { what: 'stop', details: event.step }
    case 'stopped':
      return { what: `stopped (${event.outcome})`, details: event.because }
    case 'failed':
      return { what: `failed ${event.code}`, details: event.message }
    case 'restarting':
      return { what: `starts again in ${event.inMs / 1000} s`, details: event.because }
    case 'warning':
      return { what: 'warning', details: event.message }
    default:
      // A newer microvm wrote it: say its name rather than nothing.
      return { what: (event satisfies never as { kind: string }).kind, details: '' }
  }
}

/** `poweroff`, or `exit, status 7`. */
export const shutdownText = ({
  how,
  exitStatus,
}: {
  readonly how: string
  readonly exitStatus?: number
}): string => (exitStatus === undefined || exitStatus === 0 ? how : `${how}, status ${exitStatus}`)

/** `data: write: No space left on device (stop)`. */
export const diskErrorText = ({
  device,
  operation,
  reason,
  action,
}: Extract<MachineEvent, { kind: 'disk-error' }>): string => `${device}: ${operation}: ${reason} (${action})`

const exitText = ({ code, signal }: { code?: number | undefined; signal?: string | undefined }): string =>
  signal === undefined || signal === null ? `status ${code ?? 'unknown'}` : `by ${signal}`
