import type { MachineEvent, Outcome } from '../events/event.ts'
import { extendDeadline, newDeadline } from '../events/progress.ts'
import type { Running } from '../host/process.ts'
import type { Standstill } from '../events/standstill.ts'
import { bounded } from './bounded.ts'
import type { VmmControl } from './vmm-control.ts'

export type StopVmm = {
  readonly vmm: Running
  /** Absent while the control channel is not open yet. */
  readonly control: VmmControl | undefined
  /** Whether the guest's PID 1 can be expected to hear the power button; a guest known dead, or not up yet, is not asked. */
  readonly askGuest: boolean
  /** Whether somebody in the guest has said that it shuts down; the button is then pressed less often. */
  readonly guestReacted: () => boolean
  /** Why the virtual CPUs stand still; undefined while they run. */
  readonly paused: () => Standstill | undefined
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
/** A guest that says it shuts down may be lying, or may have heard the button before what shuts down: it is pressed again, but seldom. */
const PRESS_REACTED_MS = 12_000
/** A machine that stands still is let go on this often, to shut down; then there is no room for it to. */
const RESUMES_MAX = 2
/** A write that finds no room again stops the machine again within this time. */
const RESUMED_MS = 1_500
/** VMM shutdown frees guest memory, which takes a moment for large guests. */
const QUIT_MS = 10_000
/** A VMM may well break the connection of the request that ends it. */
const REFUSED_MS = 500
const END_MS = 5_000
const KILL_MS = 10_000

/**
 * The ladder: a machine that stands still is let go on; power button → (stop timeout, moved by progress) → the VMM's own quit → SIGINT → SIGKILL (SIGTERM is blocked in what we start, see host/process.ts).
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
    let pressedAt = -Infinity
    let resumes = 0
    while (performance.now() < deadline.at && !escalate.aborted) {
      const still = options.paused()
      if (still !== undefined) {
        if (resumes === RESUMES_MAX) {
          report({ kind: 'warning', message: `It cannot shut down while it stands still. ${still.because}` })
          break
        }
        resumes += 1
        report({ kind: 'stop-step', step: 'resume' })
        await control.resume(still.cause === 'suspend').catch(() => undefined)
        if (await gone(RESUMED_MS, escalate)) return 'graceful'
        continue
      }
      if (pressedAt === -Infinity) report({ kind: 'stop-step', step: 'power-button' })
      if (performance.now() - pressedAt >= (options.guestReacted() ? PRESS_REACTED_MS : 0)) {
        pressedAt = performance.now()
        await control.powerButton().catch(() => undefined)
      }
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
