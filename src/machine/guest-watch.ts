import { MOVES, REPORTS, TALK } from '../events/budget.ts'
import { BLANK_CONSOLE, type ConsoleFacts, readConsole } from '../events/console-facts.ts'
import { lifecycleEventOf } from '../events/lifecycle.ts'
import type { MachineEvent } from '../events/event.ts'
import { parseNotifyMessage } from '../events/notify-message.ts'
import { NO_PROGRESS, noteProgress } from '../events/progress.ts'
import {
  isHopeless,
  newReadiness,
  observeGuest,
  type Readiness,
  type ReadinessInput,
  whatIsMissing,
} from '../events/readiness.ts'
import { NO_PAUSES, notePause, type Standstill } from '../events/standstill.ts'
import { tally } from '../notify/tally.ts'
import { openMeter } from './meter.ts'
import { pausedText } from './paused-text.ts'
import type { Run } from './run.ts'

/** What the guest was last heard to say, for judging its end and for explaining that it is not ready. */
export type GuestWatch = {
  /** One message of the notify socket. */
  readonly hear: (message: Uint8Array) => void
  /** An event of the VMM; it may move readiness too. */
  readonly vmmSaid: (event: MachineEvent) => void
  /** What the guest wrote to its console. */
  readonly consoleSaid: (chunk: Buffer) => void
  readonly console: () => ConsoleFacts
  /** Milliseconds since the console showed a kernel panic; Infinity when it never did. */
  readonly sincePanicMs: () => number
  /** Boots in a row that ended in a reset before PID 1 had spoken. */
  readonly silentBoots: () => number
  /** It has finished its boot, and what readiness waits for is not there. */
  readonly hopeless: () => boolean
  readonly facts: () => Readiness['facts']
  readonly missing: () => string
  /** The shutdown it announced in this boot. */
  readonly shutdown: () => { readonly how: string; readonly exitStatus: number | undefined } | undefined
  /** Why the VMM ends, as it said itself; undefined where it says nothing of the kind. */
  readonly ending: () => string | undefined
  /** Why the virtual CPUs stand still; undefined while they run. */
  readonly paused: () => Standstill | undefined
  readonly panicked: () => boolean
  /** Milliseconds since the guest's last message, whatever it was. */
  readonly quietMs: () => number
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
/** QEMU reports one reset of a q35 machine twice (seen with 10.0). No kernel gets anywhere within this time. */
const SAME_RESET_MS = 300

/** Events that say what the guest does without moving anything. */
const TALKS: readonly MachineEvent['kind'][] = ['guest-unit', 'guest-status']
/** Events of the VMM that its guest can cause at will. */
const REPORTED: readonly MachineEvent['kind'][] = ['warning', 'disk-error', 'guest-memory', 'guest-watchdog']

/** Turns what the guest and the VMM say into events and lifecycle moves. */
export const watchGuest = (run: Run, { onProgress, onLastReset }: GuestWatchOptions): GuestWatch => {
  const { spec, image } = run.plan
  let readiness = newReadiness({ ready: spec.ready, systemd: image?.systemd })
  let progress = NO_PROGRESS
  const talk = openMeter(TALK)
  const moves = openMeter(MOVES)
  const reports = openMeter(REPORTS)
  const ignore = tally((why) => run.emit({ kind: 'notify-ignored', why }))
  const leftOut = tally((what) => run.emit({ kind: 'warning', message: `Not written down: ${what}` }))
  let shutdown: ReturnType<GuestWatch['shutdown']>
  let pauses = NO_PAUSES
  let ending: string | undefined
  let panicked = false
  let over = false
  let anewAt = -Infinity
  let heardAt = -Infinity
  let console = BLANK_CONSOLE
  let panicAt = -Infinity
  let resetAt = -Infinity
  let silentBoots = 0
  let lastUnit = ''
  let lastStatus = ''

  const settle = (event: MachineEvent): void => {
    if (event.kind === 'guest-rebooting') {
      progress = NO_PROGRESS
      shutdown = undefined
    }
    if (event.kind === 'guest-shutdown')
      // The last word counts, and a word without a status takes none away.
      shutdown = { how: event.how, exitStatus: event.exitStatus ?? shutdown?.exitStatus }
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
  /** All of it is heeded, but not all is written down: any process of the guest can send without end, and the log of this host must not grow with it. */
  const hearEvent = (event: MachineEvent): void => {
    if (event.kind === 'notify-ignored') return ignore(event.why)
    const meter = TALKS.includes(event.kind) ? talk : moves
    if (meter.grants()) return settle(event)
    if (event.kind === 'guest-shutdown')
      shutdown = { how: event.how, exitStatus: event.exitStatus ?? shutdown?.exitStatus }
    ignore(`a message, because the guest says more than ${meter.limits.perSecond} such things a second`)
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
  /** The pause and its end, and what is known of the reason. */
  const settlePause = (said: MachineEvent): void => {
    const before = pauses.now
    const noted = notePause(pauses, said, performance.now())
    pauses = noted.pauses
    const { event } = noted
    if (event.kind === 'vmm-paused') {
      run.emit(event)
      if (pauses.now !== undefined) run.move('vmm-paused', pausedText(run.plan, pauses.now))
      return
    }
    if (event.kind === 'vmm-resumed') {
      run.emit(event)
      return run.move('vmm-resumed', 'The virtual CPUs go on.')
    }
    if (REPORTED.includes(event.kind) && !reports.grants()) leftOut(event.kind)
    else settle(event)
    // The reason came after the pause.
    if (before !== undefined && pauses.now !== undefined && pauses.now !== before)
      run.note({ because: pausedText(run.plan, pauses.now) })
  }

  /** One reset may be reported twice. */
  const countSilent = (): void => {
    const again = performance.now() - resetAt < SAME_RESET_MS
    resetAt = performance.now()
    if (again || readiness.facts.spoke) return
    silentBoots += 1
    if (run.lifecycle().wasReady && /^[13]0*$/.test(String(silentBoots)) && silentBoots > 1)
      run.emit({
        kind: 'warning',
        message: `It was reset ${silentBoots} times in a row before the PID 1 of its guest had spoken.`,
      })
  }

  return {
    hear: (message) => {
      if (over) return
      heardAt = performance.now()
      silentBoots = 0
      const { notices, ignored } = parseNotifyMessage(message)
      ignored.forEach(ignore)
      for (const notice of notices) {
        observe(notice).forEach(hearEvent)
        const noted = noteProgress(progress, notice)
        progress = noted.progress
        if (noted.further) onProgress()
      }
    },
    vmmSaid: (event) => {
      if (event.kind === 'vmm-ending') {
        ending = event.reason
        return run.emit(event)
      }
      if (over) return
      if (event.kind === 'vmm-booted') return observe({ kind: 'vmm-booted' }).forEach(settle)
      if (event.kind === 'guest-rebooting') {
        countSilent()
        if (spec.reboot === 'exit') {
          // It may begin to boot before it is gone; nothing of that counts.
          over = true
          return onLastReset()
        }
        // What the new boot has said already was heard first; forgetting it would leave the machine unready for ever.
        if (performance.now() - anewAt > LATE_RESET_MS) observe({ kind: 'vmm-reset' }).forEach(settle)
        return
      }
      // A machine that is stopped for its panic is about to be ended for it.
      if (panicked && event.kind === 'vmm-paused') return
      settlePause(event)
    },
    consoleSaid: (chunk) => {
      const before = console.panics
      console = readConsole(console, chunk.toString('latin1'))
      if (console.panics === before) return
      panicAt = performance.now()
      if (moves.grants()) run.emit({ kind: 'console-panic', text: console.panic.at(-1) ?? '' })
    },
    console: () => console,
    sincePanicMs: () => performance.now() - panicAt,
    silentBoots: () => silentBoots,
    hopeless: () => isHopeless(readiness),
    facts: () => readiness.facts,
    missing: () => (pauses.now === undefined ? whatIsMissing(readiness) : pausedText(run.plan, pauses.now)),
    shutdown: () => shutdown,
    ending: () => ending,
    paused: () => pauses.now,
    panicked: () => panicked,
    quietMs: () => performance.now() - heardAt,
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
