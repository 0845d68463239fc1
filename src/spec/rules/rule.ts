import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Machine } from '../../definition/schema.ts'
import type { MachineBody } from '../machine-spec-of.ts'

/** What a rule found; `message` goes on where the name of the value ends: "web.mem" + "is …". */
export type Finding = {
  readonly code: ErrorCode
  /** Path below the machine. */
  readonly at: readonly (string | number)[]
  readonly message: string
  readonly because?: string
  readonly fix: string
  /** Worth saying, but the machine can start. */
  readonly warning?: true
}

/**
 * One thing that must hold within a machine, whatever the hypervisor. `reads` names the keys it looks at: where one of them
 * is already known to be wrong, the rule would only repeat or guess, and is left out.
 */
export type Rule = {
  readonly reads: readonly (keyof Machine)[]
  readonly check: (body: MachineBody, given: Machine) => readonly Finding[]
}

export const clash = (at: Finding['at'], message: string, because: string, fix: string): Finding => ({
  code: 'DEFINITION_CLASH',
  at,
  message,
  because,
  fix,
})

export const wrong = (at: Finding['at'], message: string, because: string, fix: string): Finding => ({
  code: 'DEFINITION_VALUE',
  at,
  message,
  because,
  fix,
})

/** The findings whose condition holds. */
export const those = (...findings: readonly (Finding | false | undefined)[]): Finding[] =>
  findings.filter((finding): finding is Finding => finding !== false && finding !== undefined)

export const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value))

/** Length as the guest counts it. */
export const bytesIn = (text: string): number => new TextEncoder().encode(text).length
