import { MicrovmError } from '../errors/microvm-error.ts'
import type { Compiled } from '../hypervisors/contract.ts'
import { openBridge } from '../notify/bridge.ts'
import { checkPaths } from './check-paths.ts'
import { createVolumes } from './create-volumes.ts'
import type { GuestWatch } from './guest-watch.ts'
import { makeRunDirectory } from './make-run-directory.ts'
import type { Parts } from './parts.ts'
import { readSecrets } from './read-secrets.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { serveControl } from './serve-control.ts'
import { startHelpers } from './start-helpers.ts'
import { compileMachine, linkPorts } from './start-vmm.ts'

export type PrepareOptions = {
  readonly env: NodeJS.ProcessEnv
  readonly log: RotatingLog
  /** Aborts when the run has ended: whatever is under way is ended, and nothing more is begun. */
  readonly signal: AbortSignal
  /** A helper the machine cannot live without has ended. */
  readonly onLost: (error: MicrovmError) => void
}

/**
 * Everything before the VMM: places, volumes, secrets, the notify socket, helpers. Fills `parts` as they come up.
 * @returns what to run; undefined when the run ended meanwhile.
 * @throws MicrovmError with all that is missing, before anything is made.
 */
export const prepare = async (
  run: Run,
  parts: Parts,
  guest: GuestWatch,
  { env, log, signal, onLost }: PrepareOptions,
): Promise<Compiled | undefined> => {
  const { plan } = run
  if (signal.aborted) return undefined
  const secrets = readSecrets(plan, env)
  const problems = [...checkPaths(plan), ...(secrets.ok ? [] : secrets.problems)]
  if (problems.length > 0 || !secrets.ok)
    throw new MicrovmError(
      problems[0]?.code ?? 'FILE_MISSING',
      `"${plan.spec.name}" needs things this host does not have.`,
      { machine: plan.spec.name, problems },
    )
  makeRunDirectory(plan.places)
  const compiled = compileMachine(run, secrets.value)
  await createVolumes(plan, signal, (path) => run.emit({ kind: 'step', do: 'create-volume', what: path }))
  if (signal.aborted) return undefined
  parts.bridge = await openBridge({
    socketPath: plan.notify.socket,
    answer: plan.notify.answer,
    onMessage: guest.hear,
    onIgnored: (why) => run.emit({ kind: 'notify-ignored', why }),
    onTrouble: (message) => run.emit({ kind: 'warning', message }),
  })
  if (signal.aborted) return undefined
  parts.server = await serveControl(run, parts)
  if (signal.aborted) return undefined
  linkPorts(plan)
  parts.helpers = await startHelpers(run, log, signal, onLost, (process) => {
    parts.started.push(process)
    run.note({ helpers: [...run.record().helpers, { name: process.name, ...process.id }] })
  })
  if (signal.aborted) return undefined
  run.move('prepared', 'Places, volumes and helpers are there.')
  return compiled
}
