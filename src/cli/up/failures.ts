import { CATALOGUE, EXIT, type ErrorCode } from '../../errors/catalogue.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { Failure, Progress } from '../../report/progress.ts'

/** What is wrong with a machine that is settled, or undefined when it is ready. */
export const failureOf = (progress: Progress): Failure | undefined => {
  if (progress.failure !== undefined && progress.state !== 'ready') return progress.failure
  if (progress.state === 'emergency')
    return {
      code: 'GUEST_EMERGENCY',
      message: `Machine "${progress.name}" is in emergency mode.`,
      because: progress.because,
      fix: `Look at it: microvm console ${progress.name}`,
    }
  if (progress.state === 'paused')
    return {
      code: 'MACHINE_PAUSED',
      message: `Machine "${progress.name}" stands still.`,
      because: progress.because,
      fix: `When that is put right: microvm resume ${progress.name}`,
    }
  if (progress.state === 'stopped')
    return {
      code: 'GUEST_POWERED_OFF_BEFORE_READY',
      message: `Machine "${progress.name}" stopped before it was ready.`,
      because: progress.because,
    }
  return undefined
}

export const toError = (progress: Progress, failure: Failure): MicrovmError => {
  const { code, message, ...details } = failure
  return new MicrovmError(isKnown(code) ? code : 'VMM_EXITED_BEFORE_READY', message, {
    machine: progress.name,
    ...details,
  })
}

/** The highest status of all that failed: a cause weighs more than what it took down with it (1). */
export const worstExit = (machines: readonly Progress[]): number =>
  Math.max(
    EXIT.ok,
    ...machines.map((progress) => {
      const failure = failureOf(progress)
      return failure === undefined ? EXIT.ok : CATALOGUE[toError(progress, failure).code].exit
    }),
  )

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code)
