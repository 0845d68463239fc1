import type { MachineEvent } from '../../events/event.ts'
import { decodeVmmEvent, type EventData } from '../vmm-events.ts'
import { EVENTS } from './events.ts'

/** One record of the event monitor (`{source, event, properties}`) → what it means, if anything. */
export const decodeEvent = (record: unknown): MachineEvent | undefined => {
  if (typeof record !== 'object' || record === null) return undefined
  const { source, event, properties } = record as { source?: unknown; event?: unknown; properties?: unknown }
  if (typeof source !== 'string' || typeof event !== 'string') return undefined
  return decodeVmmEvent('cloud-hypervisor', EVENTS, `${source} ${event}`, (properties ?? {}) as EventData)
}
