import type { Problem } from '../errors/problem.ts'

/** One thing the chosen hypervisor, or its version, cannot do. */
export const capabilityProblem = (
  machine: string,
  at: readonly (string | number)[],
  message: string,
  fix: string,
  because?: string,
): Problem => ({
  code: 'CAPABILITY_MISSING',
  at: ['machines', machine, ...at],
  message,
  ...(because === undefined ? {} : { because }),
  fix,
})
