import type { Recorded } from '../events/event.ts'
import { printable } from '../errors/printable.ts'

/** What `microvm run` says on stderr, and so in the journal of its unit: changes and troubles, not every milestone. */
export const supervisorText = (event: Recorded): string | undefined => {
  const text = (words: string, details: string): string =>
    `${event.machine}  ${words}${details === '' ? '' : `  ${printable(details.split('\n')[0] ?? '')}`}`
  switch (event.kind) {
    case 'state':
      return text(event.to, event.because)
    case 'vmm-started':
      return text('started', `${event.hypervisor} ${event.version}, pid ${event.pid}`)
    case 'sidecar-exited':
      return text(`${event.name} ended`, event.signal ?? `status ${event.code}`)
    case 'stopped':
      return text(event.outcome, event.because)
    case 'warning':
      return text('warning', event.message)
    case 'restarting':
      return text(`starts again in ${event.inMs / 1000} s`, event.because)
    case 'cleaned':
      return text('cleaned up', event.what)
    default:
      return undefined
  }
}
