import type { MachineEvent } from '../../events/event.ts'

/** One QMP event (`{event, data}`) → what it means, if anything. */
export const decodeEvent = (record: unknown): MachineEvent | undefined => {
  if (typeof record !== 'object' || record === null) return undefined
  const { event, data } = record as { event?: unknown; data?: { guest?: unknown; action?: unknown } }
  if (event === 'RESET' && data?.guest === true) return { kind: 'guest-rebooting' }
  if (event === 'GUEST_PANICKED') return { kind: 'guest-panic' }
  if (event === 'WATCHDOG')
    return { kind: 'warning', message: `The watchdog of the guest fired (${String(data?.action)}).` }
  return undefined
}
