import { printable } from '../errors/printable.ts'
import type { Recorded, StopStep } from '../events/event.ts'
import { diskErrorText, shutdownText } from './event-text.ts'

/**
 * What `microvm run` says on stderr, and so in the journal of its unit: all that an operator would ask for afterwards. A guest's words
 * are few there (events/budget.ts allows it 20 messages a second for long). Not said: a guest's status, which is the unit's `STATUS=`, comes
 * three times a second while something in it is slow, and would push the rest out; steps, pids and milestones that a state tells of.
 */
export const supervisorText = (event: Recorded): string | undefined => {
  const text = (words: string, details = ''): string =>
    `${event.machine}  ${words}${details === '' ? '' : `  ${printable(details.split('\n')[0] ?? '')}`}`
  switch (event.kind) {
    case 'state':
      return text(event.to, event.because)
    case 'vmm-started':
      return text('started', `${event.hypervisor} ${event.version}, pid ${event.pid}`)
    case 'vmm-exited':
      return text('hypervisor ended', event.signal ?? `status ${event.code}`)
    case 'vmm-ending':
      return text('hypervisor is about to end', event.reason)
    case 'disk-error':
      return text('disk failed', diskErrorText(event))
    case 'console-panic':
      return text('console shows a panic', event.text)
    case 'guest-watchdog':
      return text('watchdog of the guest fired', event.action)
    case 'sidecar-exited':
      return text(`${event.name} ended`, event.signal ?? `status ${event.code}`)
    case 'guest-hello':
      return text('guest speaks', event.hostname)
    case 'guest-unit':
      return text(event.active ? 'guest reached' : 'guest left', event.unit)
    case 'guest-emergency':
      return text('guest in emergency mode', event.unit)
    case 'guest-shutdown':
      return text('guest shuts down', shutdownText(event))
    case 'guest-rebooting':
      return text('guest reboots')
    case 'guest-panic':
      return text('guest kernel panicked')
    case 'notify-ignored':
      return text('message of the guest ignored', event.why)
    case 'stop-step':
      return text('stop', STEPS[event.step])
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

const STEPS: Readonly<Record<StopStep, string>> = {
  resume: 'lets the machine go on, to shut down',
  'power-button': 'presses the power button',
  'guest-poweroff': 'asks the guest to power off',
  'vmm-quit': 'tells the hypervisor to quit',
  'vmm-term': 'sends the hypervisor SIGINT',
  'vmm-kill': 'kills the hypervisor',
  sidecars: 'ends the helpers',
  cleanup: 'clears the run directory',
}
