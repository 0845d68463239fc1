import { type Budget, newBudget, spend } from './budget.ts'
import type { MachineEvent } from './event.ts'
import { parseNotifyMessage } from './notify-message.ts'
import { NO_PROGRESS, noteProgress, type Progress } from './progress.ts'
import { newReadiness, observeGuest, type Readiness, type ReadinessPolicy } from './readiness.ts'

/** All that is known of a guest from what it said. A value: `hearMessage` and `hearVmm` give the next one. */
export type Guest = {
  readonly readiness: Readiness
  readonly progress: Progress
  readonly budget: Budget
}

export type Heard = {
  readonly guest: Guest
  /** All of them move the lifecycle. */
  readonly events: readonly MachineEvent[]
  /** How many of them, from the front, may be written to a log; the rest comes from a guest that talks too much. */
  readonly loggable: number
  /** The guest got further, which is worth an extension of the deadline. */
  readonly further: boolean
}

/** @param atMs milliseconds of any monotonic clock, the same in every call. */
export const newGuest = (policy: ReadinessPolicy, atMs: number): Guest => ({
  readiness: newReadiness(policy),
  progress: NO_PROGRESS,
  budget: newBudget(atMs),
})

/** One message of the notify socket, as its bytes. */
export const hearMessage = (before: Guest, bytes: Uint8Array, atMs: number): Heard => {
  const { notices, ignored } = parseNotifyMessage(bytes)
  let { readiness, progress } = before
  let further = false
  const events: MachineEvent[] = []
  for (const notice of notices) {
    const step = observeGuest(readiness, notice)
    // A new boot starts from nothing, so its milestones count again.
    const noted = noteProgress(step.events.some(isReboot) ? NO_PROGRESS : progress, notice)
    readiness = step.readiness
    progress = noted.progress
    further ||= noted.further
    events.push(...step.events)
  }
  events.push(...ignored.map((why): MachineEvent => ({ kind: 'notify-ignored', why })))
  return charge({ ...before, readiness, progress }, events, further, atMs)
}

/** What the VMM said of the machine. Log the events returned, not the VMM's own: an announced reboot is one reboot. */
export const hearVmm = (before: Guest, input: 'vmm-booted' | 'vmm-reset', atMs: number): Heard => {
  const { readiness, events } = observeGuest(before.readiness, { kind: input })
  const progress = input === 'vmm-reset' ? NO_PROGRESS : before.progress
  return charge({ ...before, readiness, progress }, events, true, atMs)
}

const isReboot = ({ kind }: MachineEvent): boolean => kind === 'guest-rebooting'

const charge = (guest: Guest, events: readonly MachineEvent[], further: boolean, atMs: number): Heard => {
  const { budget, granted } = spend(guest.budget, events.length, atMs)
  return { guest: { ...guest, budget }, events, loggable: granted, further }
}
