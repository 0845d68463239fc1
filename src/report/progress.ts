import type { Outcome, Recorded, State } from '../events/event.ts'
import { printable } from '../errors/printable.ts'

/** What is known of one machine while somebody waits for it; folded from its events. */
export type Progress = {
  readonly name: string
  /** `waiting`: for the machines it comes after. `blocked`: one of those failed. */
  readonly state: State | 'waiting' | 'blocked'
  readonly because: string
  /** Milliseconds since the epoch; of the first event of this run. */
  readonly startedAt: number | undefined
  /** The latest thing heard: a step of the plan, a unit of the guest, its status. */
  readonly milestone: string
  readonly hypervisor: string | undefined
  readonly accel: 'kvm' | 'tcg' | undefined
  readonly readyAfterMs: number | undefined
  readonly outcome: Outcome | undefined
  readonly failure: Failure | undefined
  /** It ends, and its supervisor starts it again. */
  readonly restarting: boolean
}

export type Failure = {
  readonly code: string
  readonly message: string
  readonly because?: string
  readonly fix?: string
}

export const notStarted = (name: string, known: Partial<Progress> = {}): Progress => ({
  name,
  state: 'waiting',
  because: '',
  startedAt: undefined,
  milestone: '',
  hypervisor: undefined,
  accel: undefined,
  readyAfterMs: undefined,
  outcome: undefined,
  failure: undefined,
  restarting: false,
  ...known,
})

export const advance = (progress: Progress, event: Recorded): Progress => {
  const at = Date.parse(event.at)
  const next = { ...progress, startedAt: progress.startedAt ?? at }
  switch (event.kind) {
    case 'state':
      return toState(next, event.to, event.because, at)
    case 'step':
      return { ...next, milestone: printable(event.what) }
    case 'vmm-started':
      return { ...next, hypervisor: event.hypervisor }
    case 'guest-unit':
      return event.active ? { ...next, milestone: printable(event.unit) } : next
    case 'guest-status':
      return { ...next, milestone: printable(event.status) }
    case 'stopped':
      return { ...next, outcome: event.outcome, because: event.because }
    case 'restarting':
      return { ...next, restarting: true, milestone: printable(`starts again in ${event.inMs / 1000} s`) }
    case 'run':
      return { ...next, restarting: false, failure: undefined, outcome: undefined }
    case 'failed': {
      const { code, message, because, fix } = event
      const details = { ...(because === undefined ? {} : { because }), ...(fix === undefined ? {} : { fix }) }
      return { ...next, failure: { code, message, ...details } }
    }
    default:
      return next
  }
}

const toState = (progress: Progress, state: State, because: string, at: number): Progress => ({
  ...progress,
  state,
  because,
  // What was last heard of one stage says nothing about the next.
  milestone: state === 'booting' || state === progress.state || progress.restarting ? progress.milestone : '',
  readyAfterMs:
    state === 'ready' && progress.readyAfterMs === undefined
      ? at - (progress.startedAt ?? at)
      : progress.readyAfterMs,
})

/** Whether nothing more will happen to the machine without somebody doing something. */
export const isSettled = ({ state, restarting }: Progress): boolean =>
  state === 'ready' || state === 'blocked' || (!restarting && (state === 'failed' || state === 'stopped'))
