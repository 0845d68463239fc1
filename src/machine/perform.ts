import { setTimeout as sleep } from 'node:timers/promises'
import type { MicrovmError } from '../errors/microvm-error.ts'
import { extendDeadline, newDeadline } from '../events/progress.ts'
import type { Compiled } from '../hypervisors/contract.ts'
import { bounded } from './bounded.ts'
import { openConsoleRelay } from './console-relay.ts'
import { inEmergency, panicked } from './failures.ts'
import { type GuestWatch, watchGuest } from './guest-watch.ts'
import type { End, Parts } from './parts.ts'
import { prepare } from './prepare.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { startVmm } from './start-vmm.ts'
import type { SuperviseOptions } from './supervise.ts'
import type { TellHost } from './tell-host.ts'
import { toMicrovmError } from './to-microvm-error.ts'
import { connectControl } from './vmm-control.ts'
import { watchStart } from './watch-start.ts'

export type PerformOptions = SuperviseOptions & {
  readonly locks: readonly number[]
  readonly host: TellHost
  readonly log: RotatingLog
  readonly consoleLog: RotatingLog
}

/** Performs the plan, step by step, and watches the machine until something ends the run. Fills `parts` as they come up. */
export const perform = async (run: Run, parts: Parts, options: PerformOptions): Promise<End> => {
  const { promise: ended, resolve: finish } = Promise.withResolvers<End>()
  const abandon = new AbortController()
  void ended.then(() => abandon.abort())
  const asked = (): void =>
    finish({ kind: 'asked', because: `${options.signals.received() ?? 'A signal'} asked for it.` })
  const fail = (error: MicrovmError): void => finish({ kind: 'failed', error })
  const stopWatching = onRunEvents(run, parts, finish)
  options.signals.stop.addEventListener('abort', asked)
  // What was asked for before this must end it before anything is begun.
  if (options.signals.stop.aborted) {
    asked()
    abandon.abort()
  }

  const { times } = run.plan
  let deadline = newDeadline(performance.now(), times.start, times.startMax)
  const guest = watchGuest(run, {
    onProgress: () => {
      parts.furtherAt = performance.now()
      deadline = extendDeadline(deadline, parts.furtherAt)
      options.host.further()
    },
    onLastReset: () => void endAfterReset(parts, finish),
  })
  parts.guest = guest
  const preparing = prepare(run, parts, guest, { ...options, signal: abandon.signal, onLost: fail })
  preparing
    .then(async (compiled) => {
      if (compiled === undefined || abandon.signal.aborted) return
      // A mkfs may take its time; the guest's begins with its VMM.
      deadline = newDeadline(performance.now(), times.start, times.startMax)
      const onKept = (): void => {
        // When it is repaired it has all of its time to get ready.
        deadline = newDeadline(performance.now(), times.start, times.startMax)
        options.host.keep()
      }
      const onPaused = (): void => {
        // Nothing can get further while it stands still; the hard limit holds all the same.
        deadline = extendDeadline(deadline, performance.now())
        options.host.keep()
      }
      const { signal } = abandon
      await Promise.all([
        boot(run, parts, guest, compiled, finish, { ...options, signal }),
        watchStart(run, parts, guest, { deadline: () => deadline.at, onKept, onPaused, signal, fail }),
      ])
    })
    .catch((error: unknown) => {
      // An ending VMM fails the requests under way; its exit says more than they do.
      if (parts.vmm === undefined) return fail(toMicrovmError(error))
      void bounded(parts.vmm.process.exited, 500, undefined).then(
        (exit) => exit ?? fail(toMicrovmError(error)),
      )
    })

  const end = await ended
  stopWatching()
  options.signals.stop.removeEventListener('abort', asked)
  // Whatever was being brought up is there or is not before it is taken down.
  await preparing.catch(() => undefined)
  return end
}

type BootOptions = PerformOptions & { readonly signal: AbortSignal }

/** Starts the VMM, has it make and boot the machine, and connects to its console. */
const boot = async (
  run: Run,
  parts: Parts,
  guest: GuestWatch,
  compiled: Compiled,
  finish: (end: End) => void,
  { env, locks, log, consoleLog, onConsole, signal }: BootOptions,
): Promise<void> => {
  const { plan, hypervisor } = run
  const vmm = startVmm(run, compiled, locks, log, guest.vmmSaid)
  parts.vmm = vmm
  void vmm.process.exited.then((exit) => {
    run.emit({ kind: 'vmm-exited', code: exit.code, signal: exit.signal })
    finish({ kind: 'exited', exit })
  })
  const openConsole = (where: () => string | Promise<string | undefined>): void => {
    if (signal.aborted) return
    parts.console = openConsoleRelay(where, plan.places.console, (chunk) => {
      consoleLog.write(chunk)
      guest.consoleSaid(chunk)
      onConsole?.(chunk)
    })
  }
  const gone = new AbortController()
  void vmm.process.exited.then(() => gone.abort())
  // A stop does not abort this: the guest may be up before its VMM's control socket is, and is asked through it.
  parts.connecting = connectControl(
    hypervisor,
    plan,
    guest.vmmSaid,
    gone.signal,
    env['MICROVM_UNIT'] !== undefined,
  )
  const control = await parts.connecting
  parts.control = control
  if (signal.aborted) return
  // Before the guest says its first word, where it is known already: older VMMs keep nothing for later.
  const known = hypervisor.control.consoleSocket(plan)
  if (known !== undefined) openConsole(() => known)
  await control.boot(compiled.boot)
  if (run.state() === 'starting') guest.vmmSaid({ kind: 'vmm-booted' })
  // A terminal has another number after each reboot, and its old one may by then be somebody's login: it is asked for each time.
  if (known === undefined && plan.spec.console.device !== 'off') openConsole(() => control.consolePath(plan))
}

/** With reboot = "exit" the VMM must go before it boots the guest anew; where it does not go by itself it is told to. */
const endAfterReset = async ({ control }: Parts, finish: (end: End) => void): Promise<void> => {
  await control?.quit().catch(() => undefined)
  await sleep(QUIT_MS, undefined, { ref: false })
  finish({ kind: 'asked', because: 'The guest reboots, and reboot = "exit".' })
}

/** A VMM that was told to quit is given this long before it is taken for one that does not. */
const QUIT_MS = 10_000

/** Policies that look at events: emergency and panic; and what ready means for the record. */
const onRunEvents = (run: Run, parts: Parts, finish: (end: End) => void): (() => void) => {
  const { spec } = run.plan
  return run.listen((event) => {
    if (event.kind === 'guest-ready' && run.record().readyAfterMs === null)
      run.note({ readyAfterMs: Math.round(performance.now() - run.startedAt) })
    const tail = (): string => parts.console?.tail() ?? ''
    if (event.kind === 'guest-emergency' && spec.onEmergency === 'fail' && !run.lifecycle().wasReady)
      // The console says why, a moment later.
      void sleep(1000).then(() =>
        finish({ kind: 'failed', error: inEmergency(run.plan, event.unit, tail()) }),
      )
    if (event.kind === 'guest-panic')
      void sleep(500).then(() => finish({ kind: 'failed', error: panicked(run.plan, tail()) }))
  })
}
