import type { GuestNotice } from './guest-notice.ts'
import { statusKey } from './status-key.ts'

/** What a guest has shown so far; only what is not in here is progress. */
export type Progress = ReadonlySet<string>

/**
 * Far above what a real boot shows (about 60 targets and a status per slow job), far below what would hurt. From there on everything counts as progress: a
 * process that makes things up must not use up what PID 1 needs at the shutdown. The hard limits of a start and of a stop hold in any case.
 */
export const PROGRESS_MAX = 1024

export const NO_PROGRESS: Progress = new Set()

/**
 * Whether a notice shows that the guest got further, and the progress with it.
 * A status in which only the elapsed time moved does not; the same service failing and starting again for ever does not.
 */
export const noteProgress = (
  before: Progress,
  notice: GuestNotice,
): { readonly progress: Progress; readonly further: boolean } => {
  const mark = markOf(notice)
  if (mark === undefined || before.has(mark)) return { progress: before, further: false }
  if (before.size >= PROGRESS_MAX) return { progress: before, further: true }
  return { progress: new Set([...before, mark]), further: true }
}

const markOf = (notice: GuestNotice): string | undefined => {
  switch (notice.kind) {
    case 'hostname':
    case 'machine-id':
    case 'signals-level':
    case 'ready':
      return notice.kind
    case 'unit':
      return `unit ${notice.unit} ${notice.active}`
    case 'status':
      return `status ${statusKey(notice.status)}`
    case 'shutdown':
      return `shutdown ${notice.how}`
    case 'reloading':
    case 'exit-status':
      return undefined
  }
}

/** All in milliseconds of one clock. */
export type Deadline = {
  readonly at: number
  /** What progress is worth, counted from when it is seen. */
  readonly windowMs: number
  /** No progress moves the deadline beyond this. */
  readonly hardAt: number
}

/** @param maxMs the hard cap, counted from `now`; at least the window. */
export const newDeadline = (now: number, windowMs: number, maxMs: number): Deadline => ({
  at: now + windowMs,
  windowMs,
  hardAt: now + Math.max(windowMs, maxMs),
})

/** The deadline after progress at `now`: never earlier than before, never beyond the hard cap. */
export const extendDeadline = (deadline: Deadline, now: number): Deadline => ({
  ...deadline,
  at: Math.min(Math.max(deadline.at, now + deadline.windowMs), deadline.hardAt),
})
