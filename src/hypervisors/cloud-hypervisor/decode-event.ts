import type { MachineEvent } from '../../events/event.ts'

/** One record of the event monitor (`{source, event, properties}`) → what it means, if anything. */
export const decodeEvent = (record: unknown): MachineEvent | undefined => {
  if (typeof record !== 'object' || record === null) return undefined
  const { source, event } = record as { source?: unknown; event?: unknown }
  // "booted" says that the vCPUs run, not that the guest is up.
  if (source === 'vm' && event === 'booted') return { kind: 'vmm-booted' }
  if (source === 'vm' && event === 'rebooting') return { kind: 'guest-rebooting' }
  if (source === 'guest' && event === 'panic') return { kind: 'guest-panic' }
  return undefined
}
