import type { MachineEvent, PauseCause } from './event.ts'

/** Why the virtual CPUs stand still. */
export type Standstill = {
  readonly cause: PauseCause
  /** One sentence. */
  readonly because: string
  /** The disk that failed: the id of a volume, or `root`. */
  readonly device?: string
}

/** What is known of pauses. A hypervisor gives the reason first, and says that it stops the virtual CPUs afterwards. */
export type Pauses = {
  /** Undefined while the virtual CPUs run. */
  readonly now: Standstill | undefined
  /** The reason for a pause that has not come yet; it holds until that moment. */
  readonly expected: { readonly why: Standstill; readonly untilMs: number } | undefined
}

export const NO_PAUSES: Pauses = { now: undefined, expected: undefined }

/** A pause comes within this time after its reason, in milliseconds. */
const EXPECTED_MS = 5_000

const PAUSED_BY: Readonly<Record<PauseCause, string>> = {
  disk: 'A disk of the machine failed on the host.',
  request: 'Somebody asked the hypervisor to pause the machine.',
  suspend: 'The guest has suspended itself.',
  watchdog: 'The watchdog of the guest fired, and pauses the machine.',
}

/** `vmm-paused` as a hypervisor reports it, before anything else is known of it. */
export const pausedBy = (cause: PauseCause): Extract<MachineEvent, { kind: 'vmm-paused' }> => ({
  kind: 'vmm-paused',
  cause,
  because: PAUSED_BY[cause],
})

/**
 * The pauses after one more event, and the event with its reason filled in. QEMU reports at most one error a second of each disk, so after a resume that
 * changed nothing the second report comes late: the reason before is expected again for a while.
 *
 * @param atMs any monotonic clock.
 */
export const notePause = (
  before: Pauses,
  event: MachineEvent,
  atMs: number,
): { readonly pauses: Pauses; readonly event: MachineEvent } => {
  const expect = (why: Standstill) => ({ why, untilMs: atMs + EXPECTED_MS })
  switch (event.kind) {
    case 'disk-error':
      if (event.action !== 'stop') return { pauses: before, event }
      return before.now?.cause === 'request'
        ? { pauses: { ...before, now: failedDisk(event) }, event }
        : { pauses: { ...before, expected: expect(failedDisk(event)) }, event }
    case 'guest-watchdog':
      return event.action === 'pause'
        ? { pauses: { ...before, expected: expect(reasonOf(pausedBy('watchdog'))) }, event }
        : { pauses: before, event }
    case 'vmm-paused': {
      const given =
        event.cause === 'request' && before.expected !== undefined && atMs <= before.expected.untilMs
      const now = given ? before.expected.why : reasonOf(event)
      return { pauses: { now, expected: undefined }, event: { kind: 'vmm-paused', ...now } }
    }
    case 'vmm-resumed': {
      const again = before.now?.cause === 'disk' ? expect(before.now) : undefined
      return { pauses: { now: undefined, expected: again }, event }
    }
    default:
      return { pauses: before, event }
  }
}

const reasonOf = ({ cause, because, device }: Extract<MachineEvent, { kind: 'vmm-paused' }>): Standstill => ({
  cause,
  because,
  ...(device === undefined ? {} : { device }),
})

const failedDisk = ({
  device,
  operation,
  reason,
}: Extract<MachineEvent, { kind: 'disk-error' }>): Standstill => ({
  cause: 'disk',
  because: `The host could not ${operation} the disk "${device}": ${reason}.`,
  device,
})
