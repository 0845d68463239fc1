import { CATALOGUE, type ErrorCode, EXIT } from '../../errors/catalogue.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { UnitState } from '../../host-install/unit-state.ts'
import type { Record } from '../../state/record.ts'

export type StartedUnit = {
  readonly machine: string
  readonly after: readonly string[]
  /** Before systemd was asked, and when it had answered. */
  readonly before: UnitState | undefined
  readonly now: UnitState
  /** Undefined where there is none, or it may not be read. */
  readonly record: Pick<Record, 'supervisor' | 'failure'> | undefined
}

/** Why machines are not up, causes before what they took down with them; and the exit status of the worst. */
export const startFailures = (
  units: readonly StartedUnit[],
): { readonly errors: readonly MicrovmError[]; readonly exit: number } => {
  const down = units.filter(({ now }) => !isActive(now))
  const tried = down.filter(wasTried)
  const errors = [
    ...tried.map(failureOf),
    ...down.filter((unit) => !wasTried(unit)).map((unit) => notTried(unit, down)),
  ]
  return { errors, exit: Math.max(EXIT.failed, ...tried.map(({ now }) => now.exitStatus)) }
}

export const isActive = ({ activeState }: Pick<UnitState, 'activeState'>): boolean => activeState === 'active'

/** What a unit was left with by a start before this one says nothing of this one. */
const wasTried = ({ before, now }: StartedUnit): boolean =>
  now.invocation !== before?.invocation || before.activeState === 'activating'

const FAILED = 'failed: '

/** The supervisor's last status says why, and its record says more; a supervisor that did not even begin has told the journal. */
const failureOf = ({ machine, now, record }: StartedUnit): MicrovmError => {
  const fix = whole(machine)
  const failure = record?.supervisor.pid === now.lastPid ? record.failure : null
  if (failure !== null && Object.hasOwn(CATALOGUE, failure.code))
    return new MicrovmError(failure.code as ErrorCode, failure.message, {
      machine,
      ...(failure.because === undefined ? {} : { because: failure.because }),
      fix: failure.fix ?? fix,
    })
  const because = now.statusText.startsWith(FAILED) ? now.statusText.slice(FAILED.length) : undefined
  return new MicrovmError('PROGRAM_FAILED', `The unit of "${machine}" did not start (${now.result}).`, {
    machine,
    ...(because === undefined ? {} : { because }),
    fix,
  })
}

const notTried = ({ machine, after }: StartedUnit, down: readonly StartedUnit[]): MicrovmError => {
  const failed = down.filter((other) => after.includes(other.machine)).map((other) => other.machine)
  if (failed.length === 0)
    return new MicrovmError('PROGRAM_FAILED', `systemd did not start the unit of "${machine}".`, {
      machine,
      fix: `"systemctl status microvm@${machine}" says why: the unit may be masked, or was started too often.`,
    })
  const names = failed.map((name) => `"${name}"`).join(', ')
  return new MicrovmError(
    'DEPENDENCY_FAILED',
    `"${machine}" was not started: ${names} did not become ready.`,
    {
      machine,
      because: `"${machine}" comes after ${names}.`,
      fix: `Cure that, and start "${machine}" again: it is not started by itself when ${names} recovers.`,
    },
  )
}

const whole = (machine: string): string => `journalctl --unit microvm@${machine} has the whole story.`
