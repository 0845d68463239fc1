import { setTimeout as sleep } from 'node:timers/promises'
import type { MicrovmError } from '../errors/microvm-error.ts'
import { bootLoop, cannotBeReady, notReadyInTime, panickedOnConsole } from './failures.ts'
import type { GuestWatch } from './guest-watch.ts'
import type { Parts } from './parts.ts'
import type { Run } from './run.ts'

/** How often the start is looked at; a deadline need not be met to the millisecond. */
const LOOK_MS = 200
/** A panic on the console counts when the guest's PID 1 says nothing for so long after it: a process may write what it likes. */
const PANIC_MS = 3_000
/** Boots in a row that ended in a reset before PID 1 had spoken. */
const SILENT_BOOTS_MAX = 3
/**
 * After READY=1 a few targets may still become active. PID 1 sends a status every moment while a job takes longer than five seconds; when it has
 * nothing to say for this long, no job is left, whoever sent that READY=1.
 */
const QUIET_MS = 10_000

export type WatchStart = {
  readonly deadline: () => number
  /** Called at every look while a guest in emergency mode is kept. */
  readonly onKept: () => void
  /** Called at every look while the machine stands still. */
  readonly onPaused: () => void
  readonly signal: AbortSignal
  readonly fail: (error: MicrovmError) => void
}

/** Resolves when the machine is ready or the run has ended; fails the run when it cannot get ready any more, or its time is up. */
export const watchStart = async (
  run: Run,
  parts: Parts,
  guest: GuestWatch,
  { deadline, onKept, onPaused, signal, fail }: WatchStart,
): Promise<void> => {
  while (!signal.aborted && !run.lifecycle().wasReady) {
    const state = run.state()
    if (state === 'paused') onPaused()
    const tail = parts.console?.tail() ?? ''
    if (state === 'emergency' && run.plan.spec.onEmergency === 'keep') onKept()
    else if (performance.now() > deadline())
      return fail(notReadyInTime(run.plan, guest, performance.now() - run.startedAt, tail))
    else if (state !== 'paused') {
      const hopeless = whyHopeless(run, guest, tail)
      if (hopeless !== undefined) return fail(hopeless)
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** What tells that waiting for the rest of the time would change nothing. */
const whyHopeless = ({ plan }: Run, guest: GuestWatch, tail: string): MicrovmError | undefined => {
  const { panic } = guest.console()
  const sincePanic = guest.sincePanicMs()
  if (sincePanic > PANIC_MS && guest.quietMs() >= sincePanic && sincePanic !== Infinity)
    return panickedOnConsole(plan, panic)
  if (guest.silentBoots() >= SILENT_BOOTS_MAX) return bootLoop(plan, guest.silentBoots(), panic, tail)
  if (guest.hopeless() && guest.quietMs() > QUIET_MS) return cannotBeReady(plan, guest, tail)
  return undefined
}
