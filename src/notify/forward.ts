import type { MachineEvent, State } from '../events/event.ts'

/** What the host's systemd is told. */
export type SinkMessage =
  | { readonly kind: 'ready'; readonly status: string }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'extend'; readonly ms: number }
  | { readonly kind: 'stopping'; readonly status: string }

export type ForwardTimes = {
  /** What progress of a start is worth, in milliseconds: the start timeout and the time it takes to stop afterwards. */
  readonly startMs: number
  /** The same for a stop. */
  readonly stopMs: number
}

/** What was told already. */
export type Forward = {
  readonly times: ForwardTimes
  readonly saidReady: boolean
  readonly saidStopping: boolean
  readonly state: State
  /** When the last extension was sent; each is a message to PID 1. */
  readonly extendedAtMs: number
}

/** Extensions are sent at most this often. */
const EXTEND_EVERY_MS = 5_000

export const newForward = (times: ForwardTimes): Forward => ({
  times,
  saidReady: false,
  saidStopping: false,
  state: 'stopped',
  extendedAtMs: -Infinity,
})

/**
 * Which messages an event becomes. READY=1 goes out once per start of the unit: a guest that reboots is news, not another start of its unit.
 * Every text is ours, and what the guest said in it is marked as the guest's; none of its fields is ever passed on.
 *
 * @param further the event came with real progress (events/progress.ts).
 * @param atMs any monotonic clock.
 */
export const forwardEvent = (
  before: Forward,
  event: MachineEvent,
  further: boolean,
  atMs: number,
): { readonly forward: Forward; readonly messages: readonly SinkMessage[] } => {
  const messages: SinkMessage[] = []
  let now = event.kind === 'state' ? { ...before, state: event.to } : before
  // Targets a ready guest reaches after all the rest are no news; those it leaves are.
  const status =
    now.state === 'ready' && event.kind === 'guest-unit' && event.active
      ? undefined
      : statusOf(event, now.state)
  if (event.kind === 'state' && event.to === 'ready' && !now.saidReady && !now.saidStopping) {
    now = { ...now, saidReady: true }
    messages.push({ kind: 'ready', status: status ?? '' })
  } else if (event.kind === 'state' && event.to === 'stopping' && !now.saidStopping) {
    now = { ...now, saidStopping: true }
    messages.push({ kind: 'stopping', status: status ?? '' })
  } else if (status !== undefined) messages.push({ kind: 'status', status })
  const due = atMs - now.extendedAtMs >= EXTEND_EVERY_MS || event.kind === 'state'
  const ms = extension(now)
  if (ms !== undefined && due && (further || event.kind === 'state')) {
    now = { ...now, extendedAtMs: atMs }
    messages.push({ kind: 'extend', ms })
  }
  return { forward: now, messages }
}

/** What is told while nothing happens and the machine is kept all the same: without a word the unit's timeout would end it. */
export const keepForward = (
  before: Forward,
  atMs: number,
): { readonly forward: Forward; readonly messages: readonly SinkMessage[] } => {
  const ms = extension(before)
  if (ms === undefined || atMs - before.extendedAtMs < EXTEND_EVERY_MS)
    return { forward: before, messages: [] }
  return { forward: { ...before, extendedAtMs: atMs }, messages: [{ kind: 'extend', ms }] }
}

/** Only a unit that starts or stops has a timeout to extend. */
const extension = ({ state, saidReady, times }: Forward): number | undefined => {
  if (state === 'stopping') return times.stopMs
  return saidReady || state === 'stopped' || state === 'failed' ? undefined : times.startMs
}

const STATES: Readonly<Partial<Record<State, string>>> = {
  preparing: 'preparing',
  starting: 'starting the hypervisor',
  booting: 'guest: booting',
  ready: 'guest: ready',
  emergency: 'guest: in emergency mode',
  rebooting: 'guest: rebooting',
  stopping: 'stopping',
}

const statusOf = (event: MachineEvent, state: State): string | undefined => {
  switch (event.kind) {
    case 'state':
      // The last word of a run, and what systemctl status shows from then on.
      // What a pause waits for is what whoever looks has to know.
      return event.to === 'failed' || event.to === 'paused'
        ? `${event.to}: ${event.because}`
        : STATES[event.to]
    case 'step':
      return event.what
    case 'guest-status':
      // PID 1 says "Ready." there too.
      return `guest: ${state === 'emergency' ? 'in emergency mode: ' : ''}${event.status}`
    case 'guest-unit':
      return event.active ? `guest: reached ${event.unit}` : `guest: stopped ${event.unit}`
    case 'guest-emergency':
      return `guest: in emergency mode (${event.unit})`
    case 'failed':
      return `failed: ${event.message}`
    default:
      return undefined
  }
}
