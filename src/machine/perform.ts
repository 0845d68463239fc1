import { setTimeout as sleep } from 'node:timers/promises'
import { MicrovmError } from '../errors/microvm-error.ts'
import { extendDeadline, newDeadline } from '../events/progress.ts'
import { openBridge } from '../notify/bridge.ts'
import { bounded } from './bounded.ts'
import { checkPaths } from './check-paths.ts'
import { makeRunDirectory } from './clean-stale.ts'
import { openConsoleRelay } from './console-relay.ts'
import { createVolumes } from './create-volumes.ts'
import { inEmergency, notReadyInTime, panicked } from './failures.ts'
import { watchGuest } from './guest-watch.ts'
import type { End, Parts } from './parts.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { startHelpers } from './start-helpers.ts'
import { compileMachine, linkPorts, startVmm } from './start-vmm.ts'
import type { SuperviseOptions } from './supervise.ts'
import type { TellHost } from './tell-host.ts'
import { toMicrovmError } from './to-microvm-error.ts'
import { connectControl } from './vmm-control.ts'

export type PerformOptions = SuperviseOptions & {
  readonly lockFd: number
  readonly host: TellHost
  readonly log: RotatingLog
  readonly consoleLog: RotatingLog
}

/** Performs the plan, step by step, and watches the machine until something ends the run. Fills `parts` as they come up. */
export const perform = async (run: Run, parts: Parts, options: PerformOptions): Promise<End> => {
  const { plan, hypervisor } = run
  const { spec, places } = plan
  const { promise: ended, resolve: finish } = Promise.withResolvers<End>()
  const abandon = new AbortController()
  void ended.then(() => abandon.abort())
  const asked = (): void =>
    finish({ kind: 'asked', because: `${options.signals.received() ?? 'A signal'} asked for it.` })
  if (options.signals.stop.aborted) asked()
  options.signals.stop.addEventListener('abort', asked)
  const fail = (error: MicrovmError): void => finish({ kind: 'failed', error })

  const start = async (): Promise<void> => {
    makeRunDirectory(places, options.uid)
    const problems = checkPaths(plan)
    if (problems.length > 0)
      throw new MicrovmError(
        problems[0]?.code ?? 'FILE_MISSING',
        `"${spec.name}" needs things this host does not have.`,
        { problems },
      )
    await createVolumes(plan, (path) => run.emit({ kind: 'step', do: 'create-volume', what: path }))
    const compiled = compileMachine(run, options.env)

    let deadline = newDeadline(performance.now(), plan.times.start, plan.times.startMax)
    const guest = watchGuest(run, () => {
      deadline = extendDeadline(deadline, performance.now())
      options.host.further()
    })
    parts.guest = guest
    parts.bridge = await openBridge({
      socketPath: plan.notify.socket,
      answer: plan.notify.answer,
      onMessage: guest.hear,
      onIgnored: (why) => run.emit({ kind: 'notify-ignored', why }),
      onTrouble: (message) => run.emit({ kind: 'warning', message }),
    })
    linkPorts(plan)
    parts.helpers = await startHelpers(run, options.log, abandon.signal, fail, (process) => {
      parts.started.push(process)
      run.note({ helpers: [...run.record().helpers, { name: process.name, ...process.id }] })
    })
    if (abandon.signal.aborted) return
    run.move('prepared', 'Places, volumes and helpers are there.')

    const vmm = startVmm(run, compiled, options.lockFd, options.log, guest.vmmSaid)
    parts.vmm = vmm
    void vmm.process.exited.then((exit) => {
      run.emit({ kind: 'vmm-exited', code: exit.code, signal: exit.signal })
      finish({ kind: 'exited', exit })
    })
    parts.control = await connectControl(hypervisor, plan, guest.vmmSaid, abandon.signal)
    await parts.control.boot(compiled.boot)
    if (run.state() === 'starting') guest.vmmSaid({ kind: 'vmm-booted' })
    const consolePath = await parts.control.consolePath(plan)
    if (consolePath !== undefined)
      parts.console = openConsoleRelay(consolePath, places.console, (chunk) => {
        options.consoleLog.write(chunk)
        options.onConsole?.(chunk)
      })
    await watchStart(run, parts, () => deadline.at, abandon.signal, fail)
  }

  const stopWatching = onRunEvents(run, parts, finish)
  start().catch((error: unknown) => {
    // An ending VMM fails the requests under way; its exit says more than they do.
    if (parts.vmm === undefined) return fail(toMicrovmError(error))
    void bounded(parts.vmm.process.exited, 500, undefined).then((exit) => exit ?? fail(toMicrovmError(error)))
  })
  const end = await ended
  stopWatching()
  options.signals.stop.removeEventListener('abort', asked)
  return end
}

/** How often the start is looked at; a deadline need not be met to the millisecond. */
const LOOK_MS = 200

/** Resolves when the machine is ready or the run has ended; fails the run when its time is up. */
const watchStart = async (
  run: Run,
  parts: Parts,
  deadline: () => number,
  signal: AbortSignal,
  fail: (error: MicrovmError) => void,
): Promise<void> => {
  while (!signal.aborted && !run.lifecycle().wasReady) {
    const keep = run.state() === 'emergency' && run.plan.spec.onEmergency === 'keep'
    if (!keep && performance.now() > deadline() && parts.guest !== undefined)
      return fail(
        notReadyInTime(run.plan, parts.guest, performance.now() - run.startedAt, parts.console?.tail() ?? ''),
      )
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Policies that look at events: emergency, panic, reboot = "exit"; and what ready means for the record. */
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
    if (event.kind === 'guest-rebooting' && spec.reboot === 'exit')
      finish({ kind: 'asked', because: 'The guest reboots, and reboot = "exit".' })
  })
}
