import { CATALOGUE, EXIT } from '../errors/catalogue.ts'
import { toldFailure } from '../errors/told-failure.ts'
import type { MicrovmError } from '../errors/microvm-error.ts'
import type { Outcome } from '../events/event.ts'
import { judgeExit, judgeStop } from '../events/judge-exit.ts'
import { bounded } from './bounded.ts'
import { removeRunDirectory } from './clear-run-directory.ts'
import { endedBy } from './failures.ts'
import type { End, Parts } from './parts.ts'
import { noteEnd, type Run } from './run.ts'
import { stopHelpers } from './stop-helpers.ts'
import { stopVmm } from './stop-vmm.ts'
import type { Ended, SuperviseOptions } from './supervise.ts'
import type { VmmControl } from './vmm-control.ts'

/**
 * What a guest that never got beyond emergency mode gets to sync its disks, if its administrator has set up anything that hears the button. One that was ready
 * has all of its time: any process in it can say that it is in emergency mode.
 */
const EMERGENCY_STOP_MS = 10_000

/** Whether this guest tells when it shuts down: its systemd is 256 or newer. */
const announces = ({ vmm, guest }: Parts): boolean =>
  vmm !== undefined && guest?.facts().modern === true && guest.facts().beyondInitrd

const isLeaving = ({ guest }: Parts): boolean =>
  guest?.shutdown() !== undefined || guest?.facts().leaving !== undefined

/** The VMM's word of why it ends may lie in its control socket when the process has gone: within this time it is read. */
const LAST_WORD_MS = 500

const lastWord = ({ control }: Parts): Promise<void> =>
  bounded(control?.closed ?? Promise.resolve(), LAST_WORD_MS, undefined)

/** A VMM whose guest speaks opens its control socket within moments, or never. */
const CONNECT_MS = 5_000

const connected = ({ connecting }: Parts, escalate: AbortSignal): Promise<VmmControl | undefined> =>
  bounded(connecting?.catch(() => undefined) ?? Promise.resolve(undefined), CONNECT_MS, undefined, escalate)

/** Ends whatever has come up, in reverse order, judges the end and writes it down. */
export const takeDown = async (
  run: Run,
  parts: Parts,
  end: End,
  options: SuperviseOptions & { readonly locks: readonly number[] },
): Promise<Ended> => {
  const { plan, hypervisor } = run
  const { wasReady } = run.lifecycle()
  const readySince = run.readySince()
  const endedAt = performance.now()
  const tail = parts.console?.tail() ?? ''
  if (end.kind === 'exited') await lastWord(parts)
  const verdict =
    end.kind === 'exited'
      ? judgeExit({
          code: end.exit.code,
          signal: end.exit.signal,
          reason: parts.guest?.ending(),
          shutdown: parts.guest?.shutdown()?.how,
          exitStatus: parts.guest?.shutdown()?.exitStatus,
          announces: announces(parts),
          panicked: parts.guest?.panicked() ?? false,
        })
      : undefined
  const failure =
    end.kind === 'failed'
      ? end.error
      : verdict === undefined
        ? undefined
        : endedBy(
            plan,
            hypervisor,
            verdict,
            wasReady,
            parts.vmm?.stderr() ?? '',
            tail,
            options.env['MICROVM_UNIT'] !== undefined,
          )
  if (failure !== undefined) run.emit({ kind: 'failed', ...toldFailure(failure) })
  const because =
    failure?.message ?? (end.kind === 'asked' ? end.because : (verdict?.because ?? 'It was stopped.'))
  run.move(failure === undefined ? 'stop' : 'sidecar-lost', because)

  const guestSpoke = parts.guest?.facts().spoke === true
  let outcome: Outcome =
    verdict === undefined ? 'graceful' : verdict.kind === 'powered-off' ? 'graceful' : 'crashed'
  parts.helpers?.release()
  if (parts.vmm !== undefined && verdict === undefined)
    outcome = await stopVmm({
      vmm: parts.vmm.process,
      control: parts.control ?? (guestSpoke ? await connected(parts, options.signals.escalate) : undefined),
      askGuest: guestSpoke && parts.guest?.panicked() === false,
      guestReacted: () => isLeaving(parts),
      paused: () => parts.guest?.paused(),
      // Nobody hears the button in emergency mode: logind does not run there.
      stopTimeoutMs:
        wasReady || parts.guest?.facts().emergency === undefined
          ? plan.times.stop
          : Math.min(plan.times.stop, EMERGENCY_STOP_MS),
      stopMaxMs: plan.times.stopMax,
      furtherAt: () => parts.furtherAt ?? -Infinity,
      escalate: options.signals.escalate,
      report: run.emit,
    })
  if (parts.vmm !== undefined && verdict === undefined && outcome === 'graceful') {
    await lastWord(parts)
    const exit = await bounded(parts.vmm.process.exited, LAST_WORD_MS, undefined)
    outcome = judgeStop(
      { code: exit?.code, signal: exit?.signal, reason: parts.guest?.ending(), announces: announces(parts) },
      isLeaving(parts),
    )
  }
  await stopHelpers(parts.started, run.emit)
  parts.server?.close()
  await parts.keeper?.stop()
  parts.control?.close()
  parts.console?.close()
  await parts.bridge?.close()
  run.emit({ kind: 'stop-step', step: 'cleanup' })
  clear(run, options.locks)
  const ended: Ended = {
    exit: exitOf(end, failure, outcome, verdict?.kind === 'powered-off' ? verdict.exitStatus : 0, guestSpoke),
    readyForMs: readySince === undefined ? undefined : endedAt - readySince,
    outcome,
    failure,
  }
  const again = end.kind === 'asked' ? undefined : options.restart?.(ended)
  if (again !== undefined) {
    run.emit({ kind: 'restarting', ...again })
    run.note({ restartAt: new Date(Date.now() + again.inMs).toISOString() })
  }
  const said = outcome === 'graceful' ? parts.guest?.shutdown() : undefined
  const exitStatus = said?.how === 'reboot' || said?.how === 'kexec' ? undefined : said?.exitStatus
  noteEnd(run, outcome, failure === undefined ? null : toldFailure(failure), because, exitStatus)
  return ended
}

/** What cannot be removed is said, and removed by the next start. */
const clear = (run: Run, locks: readonly number[]): void => {
  try {
    removeRunDirectory(run.plan.places, locks)
  } catch (error) {
    run.emit({ kind: 'warning', message: `The run directory was not removed: ${(error as Error).message}` })
  }
}

const exitOf = (
  end: End,
  failure: MicrovmError | undefined,
  outcome: Outcome,
  exitStatus: number,
  guestSpoke: boolean,
): number => {
  if (failure !== undefined) return CATALOGUE[failure.code].exit
  // A guest that was asked and did not go is a failed stop; one that never spoke could not be asked.
  if (end.kind === 'asked') return outcome === 'graceful' || !guestSpoke ? EXIT.ok : EXIT.stoppedHard
  return exitStatus
}
