import { newBudget, PER_SECOND, spend } from '../events/budget.ts'
import { lifecycleEventOf } from '../events/lifecycle.ts'
import type { MachineEvent } from '../events/event.ts'
import { parseNotifyMessage } from '../events/notify-message.ts'
import { NO_PROGRESS, noteProgress } from '../events/progress.ts'
import {
  newReadiness,
  observeGuest,
  type Readiness,
  type ReadinessInput,
  whatIsMissing,
} from '../events/readiness.ts'
import { tally } from '../notify/tally.ts'
import type { Run } from './run.ts'

/** What the guest was last heard to say, for judging its end and for explaining that it is not ready. */
export type GuestWatch = {
  /** One message of the notify socket. */
  readonly hear: (message: Uint8Array) => void
  /** An event of the VMM; it may move readiness too. */
  readonly vmmSaid: (event: MachineEvent) => void
  readonly facts: () => Readiness['facts']
  readonly missing: () => string
  /** The shutdown it announced in this boot. */
  readonly shutdown: () => { readonly how: string; readonly exitStatus: number | undefined } | undefined
  readonly panicked: () => boolean
  /** Last target reached and last status, one sentence each; empty when the guest said nothing. */
  readonly lastWords: () => string
}

export type GuestWatchOptions = {
  /** The guest got further than ever in this boot. */
  readonly onProgress: () => void
  /** The VMM resets the machine, and with reboot = "exit" that is its end. That a guest *says* it reboots ends nothing. */
  readonly onLastReset: () => void
}

/**
 * VMM and guest are two streams. Where we were kept from reading both for a while, the guest's first words after an announced reboot may be read
 * before the VMM's word of the reset: within this time it belongs to that reboot.
 */
const LATE_RESET_MS = 250

/** Turns what the guest and the VMM say into events and lifecycle moves. */
export const watchGuest = (run: Run, { onProgress, onLastReset }: GuestWatchOptions): GuestWatch => {
  const { spec, image } = run.plan
  let readiness = newReadiness({ ready: spec.ready, systemd: image?.systemd })
  let progress = NO_PROGRESS
  let budget = newBudget(performance.now())
  const ignore = tally((why) => run.emit({ kind: 'notify-ignored', why }))
  let shutdown: ReturnType<GuestWatch['shutdown']>
  let panicked = false
  let over = false
  let anewAt = -Infinity
  let lastUnit = ''
  let lastStatus = ''

  const settle = (event: MachineEvent): void => {
    if (event.kind === 'guest-rebooting') {
      progress = NO_PROGRESS
      shutdown = undefined
    }
    if (event.kind === 'guest-shutdown') shutdown = { how: event.how, exitStatus: event.exitStatus }
    if (event.kind === 'guest-panic') panicked = true
    if (event.kind === 'guest-unit' && event.active) lastUnit = event.unit
    if (event.kind === 'guest-status') {
      lastStatus = event.status
      run.noteSoon({ guestStatus: event.status })
    }
    run.emit(event)
    // That a guest *says* it powers off moves nothing: any process in it can say so. Its VMM's end does.
    const moved = event.kind === 'guest-shutdown' ? undefined : lifecycleEventOf(event)
    if (moved !== undefined) run.move(moved, because(event))
  }
  const observe = (input: ReadinessInput): MachineEvent[] => {
    const { leaving } = readiness.facts
    const step = observeGuest(readiness, input)
    readiness = step.readiness
    if (leaving === 'reboot' && readiness.facts.leaving === undefined && input.kind !== 'vmm-reset')
      anewAt = performance.now()
    // What was announced holds for that boot alone.
    if (readiness.facts.leaving === undefined) shutdown = undefined
    return [...step.events]
  }

  return {
    hear: (message) => {
      if (over) return
      // Any process of the guest can send without end; the log of this host must not grow with it.
      const { notices, ignored } = parseNotifyMessage(message)
      const spent = spend(budget, performance.now(), Math.max(1, notices.length))
      budget = spent.budget
      if (!spent.granted)
        return ignore(`a message, because the guest says more than ${PER_SECOND} things a second`)
      ignored.forEach(ignore)
      for (const notice of notices) {
        for (const event of observe(notice)) settle(event)
        const noted = noteProgress(progress, notice)
        progress = noted.progress
        if (noted.further) onProgress()
      }
    },
    vmmSaid: (event) => {
      if (over) return
      if (event.kind === 'vmm-booted') return observe({ kind: 'vmm-booted' }).forEach(settle)
      if (event.kind === 'guest-rebooting') {
        if (spec.reboot === 'exit') {
          // It may begin to boot before it is gone; nothing of that counts.
          over = true
          return onLastReset()
        }
        // What the new boot has said already was heard first; forgetting it would leave the machine unready for ever.
        if (performance.now() - anewAt > LATE_RESET_MS) observe({ kind: 'vmm-reset' }).forEach(settle)
        return
      }
      settle(event)
    },
    facts: () => readiness.facts,
    missing: () => whatIsMissing(readiness),
    shutdown: () => shutdown,
    panicked: () => panicked,
    lastWords: () =>
      [
        lastUnit === '' ? '' : `The last target it reached is ${lastUnit}.`,
        lastStatus === '' ? '' : `Its last status: ${lastStatus}`,
      ]
        .filter((line) => line !== '')
        .join('\n'),
  }
}

const because = (event: MachineEvent): string => {
  switch (event.kind) {
    case 'vmm-booted':
      return 'The virtual CPUs run.'
    case 'guest-hello':
      return 'PID 1 of the guest has spoken.'
    case 'guest-ready':
      return 'The guest is ready.'
    case 'guest-emergency':
      return event.unit === 'initrd'
        ? 'The guest is in the emergency shell of its initrd.'
        : `${event.unit} is active in the guest.`
    case 'guest-rebooting':
      return 'The guest reboots.'
    default:
      return event.kind
  }
}
