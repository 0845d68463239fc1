import { type Limits, newBudget, spend } from '../events/budget.ts'

export type Meter = {
  readonly limits: Limits
  /** Takes one of what is left; false when nothing is. */
  readonly grants: () => boolean
}

/** A budget on the clock of `performance.now()`. */
export const openMeter = (limits: Limits): Meter => {
  let budget = newBudget(limits, performance.now())
  return {
    limits,
    grants: () => {
      const spent = spend(budget, performance.now())
      budget = spent.budget
      return spent.granted
    },
  }
}
