import type { MachineEvent } from '../../events/event.ts'
import { decodeVmmEvent, type EventData } from '../vmm-events.ts'
import { EVENTS } from './events.ts'

/** One QMP event (`{event, data}`) → what it means, if anything. */
export const decodeEvent = (record: unknown): MachineEvent | undefined => {
  if (typeof record !== 'object' || record === null) return undefined
  const { event, data } = record as { event?: unknown; data?: unknown }
  if (typeof event !== 'string') return undefined
  return decodeVmmEvent('QEMU', EVENTS, event, (data ?? {}) as EventData)
}
