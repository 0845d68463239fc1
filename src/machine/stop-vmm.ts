import type { MachineEvent, Outcome } from '../events/event.ts'
import { extendDeadline, newDeadline } from '../events/progress.ts'
import type { Running } from '../host/process.ts'
import { bounded } from './bounded.ts'
import type { VmmControl } from './vmm-control.ts'

export type StopVmm = {
  readonly vmm: Running
  /** Absent while the control channel is not open yet. */
  readonly control: VmmControl | undefined
  /** Whether the guest's PID 1 can be expected to hear the power button; a guest known dead, or not up yet, is not asked. */
  readonly askGuest: boolean
  /** Whether the guest has shown that it is shutting down; then the button is not pressed again. */
  readonly guestReacted: () => boolean
  /** Milliseconds the guest gets without progress. */
  readonly stopTimeoutMs: number
  /** Milliseconds it gets in any case: any process in it can make up progress. */
  readonly stopMaxMs: number
  /** When it last got further, on the clock of `performance.now()`. */
  readonly furtherAt: () => number
  /** Aborts when there is no more patience. */
  readonly escalate: AbortSignal
  readonly report: (event: MachineEvent) => void
}

/** A button pressed before logind runs is lost, so it is pressed again while nothing moves. */
const PRESS_AGAIN_MS = 3_000
/** VMM shutdown frees guest memory, which takes a moment for large guests. */
const QUIT_MS = 10_000
/** A VMM may well break the connection of the request that ends it. */
const REFUSED_MS = 500
const END_MS = 5_000
const KILL_MS = 10_000

/**
 * The ladder: power button → (stop timeout, moved by progress) → the VMM's own quit → SIGINT → SIGKILL (SIGTERM is blocked in what we start, see host/process.ts).
 * The signal alone would be a power cut for the guest: cloud-hypervisor and QEMU end at once on it.
 */
export const stopVmm = async (options: StopVmm): Promise<Outcome> => {
  const { vmm, control, report, escalate } = options
  const gone = (timeoutMs: number, signal?: AbortSignal): Promise<boolean> =>
    bounded(
      vmm.exited.then(() => true),
      timeoutMs,
      false,
      signal,
    )

  if (options.askGuest && control !== undefined && !escalate.aborted) {
    let deadline = newDeadline(performance.now(), options.stopTimeoutMs, options.stopMaxMs)
    report({ kind: 'stop-step', step: 'power-button' })
    // Once in any case: that it shuts down is only what somebody in the guest says.
    for (let first = true; performance.now() < deadline.at && !escalate.aborted; first = false) {
      if (first || !options.guestReacted()) await control.powerButton().catch(() => undefined)
      const left = Math.max(0, deadline.at - performance.now())
      if (await gone(Math.min(PRESS_AGAIN_MS, left), escalate)) return 'graceful'
      deadline = extendDeadline(deadline, options.furtherAt())
    }
  }
  if (await gone(0)) return 'graceful'
  if (control !== undefined) {
    report({ kind: 'stop-step', step: 'vmm-quit' })
    // One that refuses, or does not answer at all, gets no further time.
    const refused = new AbortController()
    control.quit().catch(() => setTimeout(() => refused.abort(), REFUSED_MS))
    if (await gone(QUIT_MS, refused.signal)) return 'forced'
  }
  report({ kind: 'stop-step', step: 'vmm-term' })
  vmm.kill('SIGINT')
  if (await gone(END_MS)) return 'forced'
  report({ kind: 'stop-step', step: 'vmm-kill' })
  vmm.kill('SIGKILL')
  await gone(KILL_MS)
  return 'killed'
}
