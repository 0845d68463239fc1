import type { ErrorCode } from './catalogue.ts'
import type { Problem } from './problem.ts'

export type Details = {
  /** Why it happened: evidence, not a restatement. Several lines are allowed. */
  readonly because?: string
  /** What to do about it. */
  readonly fix?: string
  readonly machine?: string
  /** Several problems of a definition, reported together. */
  readonly problems?: readonly Problem[]
  readonly cause?: unknown
}

/**
 * The one class that effects throw. A plain `Error` that reaches `main.ts` is a defect of microvm and printed as one.
 */
export class MicrovmError extends Error {
  override readonly name = 'MicrovmError'
  readonly code: ErrorCode
  readonly because: string | undefined
  readonly fix: string | undefined
  readonly machine: string | undefined
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.because = details.because
    this.fix = details.fix
    this.machine = details.machine
    this.problems = details.problems ?? []
  }
}
