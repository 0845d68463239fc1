import type { MachineEvent } from '../events/event.ts'

/** The data of one event of a hypervisor; none of it is trusted to be there. */
export type EventData = { readonly [name: string]: unknown }

/** What becomes of one kind of event: an event of the machine, or nothing, because. */
export type VmmEvent =
  | {
      readonly becomes: MachineEvent['kind']
      /** When, and what for; for the table in the documentation. */
      readonly remark: string
      readonly decode: (data: EventData) => MachineEvent | undefined
    }
  | { readonly ignored: string }

/** Every kind of event a hypervisor can send, by its name there. */
export type VmmEvents = Readonly<Record<string, VmmEvent>>

/** An event that becomes one of the machine's. */
export const becomes = <K extends MachineEvent['kind']>(
  kind: K,
  remark: string,
  decode: (data: EventData) => Extract<MachineEvent, { kind: K }> | undefined,
): VmmEvent => ({ becomes: kind, remark, decode })

export const ignored = (why: string): VmmEvent => ({ ignored: why })

/** Looks an event up. One that is not in the table comes from a newer hypervisor, and is told. */
export const decodeVmmEvent = (
  hypervisor: string,
  events: VmmEvents,
  name: string,
  data: EventData,
): MachineEvent | undefined => {
  const known = Object.hasOwn(events, name) ? events[name] : undefined
  if (known === undefined)
    return {
      kind: 'warning',
      message: `${hypervisor} sent the event ${name.slice(0, 60)}, which this version of microvm does not know.`,
    }
  return 'decode' in known ? known.decode(data) : undefined
}

/** A field as a text: `unknown` where it is missing. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).slice(0, 200)
    : 'unknown'
