import type { MachineEvent, State } from './event.ts'
import { TRANSITIONS } from './transitions.ts'

/** What moves a machine from one state to another. */
export const LIFECYCLE_EVENTS = [
  /** A supervisor took the lock. */
  'start',
  /** Places, volumes and helpers are there; the VMM is being started. */
  'prepared',
  /** The virtual CPUs run. */
  'vmm-booted',
  'guest-hello',
  /** The readiness policy holds (readiness.ts). */
  'guest-ready',
  'guest-emergency',
  /** The guest announced a reboot, or the VMM reset the machine. */
  'guest-rebooting',
  /** The guest announced that it powers off. */
  'guest-poweroff',
  /** Starting failed: an error, the start timeout, or emergency mode with `onEmergency = "fail"`. Does nothing to a machine that was ready once. */
  'give-up',
  /** Somebody asked for an end. */
  'stop',
  /** The virtual CPUs stand still: an I/O error, or somebody asked for it. */
  'vmm-paused',
  /** They go on. */
  'vmm-resumed',
  /** The VMM ended by itself with status 0: the guest powered off. */
  'vmm-exited',
  /** The VMM ended in any other way. */
  'vmm-crashed',
  /** A helper the machine cannot live without ended. */
  'sidecar-lost',
  /** Processes, sockets and the run directory are gone. */
  'cleaned-up',
] as const
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number]

export type Lifecycle = {
  readonly state: State
  /** Counts the boots of the guest within one run, from 1; 0 before the first. */
  readonly boot: number
  /** It was ready once in this run: from then on only its own end, or a person, ends it. */
  readonly wasReady: boolean
  /** The run has failed; being cleaned up leads to `failed` instead of `stopped`. First failure wins. */
  readonly failing: boolean
  /** The state that `paused` goes back to. What the guest had still said before the pause is heard there. */
  readonly resumesTo?: State
}

export const NEW_LIFECYCLE: Lifecycle = { state: 'stopped', boot: 0, wasReady: false, failing: false }

/** The lifecycle after one event; the very same value when the event means nothing in this state. */
export const nextLifecycle = (now: Lifecycle, event: LifecycleEvent): Lifecycle => {
  // The guest can make itself look unready at any time, by a reboot that hangs or by a lie; neither may cost a running machine its life.
  if (event === 'give-up' && now.wasReady) return now
  if (now.state === 'paused') return nextPaused(now, event, now.resumesTo ?? 'booting')
  const arrow = TRANSITIONS[now.state][event]
  if (arrow === undefined) return now
  if (event === 'start') return { ...NEW_LIFECYCLE, state: arrow.to }
  if (event === 'cleaned-up') return { ...now, state: now.failing ? 'failed' : 'stopped' }
  if (arrow.to === 'paused') return { ...now, state: 'paused', resumesTo: now.state }
  return {
    state: arrow.to,
    boot: now.boot + (beginsBoot(now.state, arrow.to) ? 1 : 0),
    wasReady: now.wasReady || arrow.to === 'ready',
    // A guest that powers off before it was ever ready has not done what was asked of it.
    failing: now.failing || arrow.fails === true || (arrow.fails === 'unless-ready' && !now.wasReady),
  }
}

/** A message may be read after the pause it was sent before: it moves the state behind the pause. */
const nextPaused = (now: Lifecycle, event: LifecycleEvent, resumesTo: State): Lifecycle => {
  const { resumesTo: _, ...behind } = { ...now, state: resumesTo }
  if (event === 'vmm-resumed') return behind
  if (event === 'vmm-paused') return now
  const next = nextLifecycle(behind, event)
  if (next === behind) return now
  return next.state === 'stopping' ? next : { ...next, state: 'paused', resumesTo: next.state }
}

/** A new boot is counted when the guest is heard of again, so what it says while going down belongs to the old one. */
const beginsBoot = (from: State, to: State): boolean =>
  (from === 'starting' || from === 'rebooting') && (to === 'booting' || to === 'ready' || to === 'emergency')

/** What an event of the machine means for its lifecycle; undefined: nothing. Requests (`start`, `stop` …) are not events of the machine. */
export const lifecycleEventOf = (event: MachineEvent): LifecycleEvent | undefined => {
  switch (event.kind) {
    case 'vmm-booted':
    case 'guest-hello':
    case 'guest-ready':
    case 'guest-emergency':
    case 'guest-rebooting':
    case 'vmm-paused':
    case 'vmm-resumed':
      return event.kind
    case 'guest-shutdown':
      return event.how === 'reboot' || event.how === 'kexec' ? undefined : 'guest-poweroff'
    case 'vmm-exited':
      return event.code === 0 ? 'vmm-exited' : 'vmm-crashed'
    case 'failed':
      return 'give-up'
    default:
      return undefined
  }
}
