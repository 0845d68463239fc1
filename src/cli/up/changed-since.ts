import { planHash } from '../../machine/plan-hash.ts'
import type { Directories } from '../../plan/places.ts'
import type { Plan } from '../../plan/plan.ts'
import { observeMachine } from '../../state/observe.ts'

/** What to tell about a machine that runs, but not as its definition says now. It is never restarted behind one's back. */
export const changedSince = (plan: Plan, directories: Directories): string | undefined => {
  const { name } = plan.spec
  const status = observeMachine(directories, name)
  if (status?.supervisorPid === undefined || status.planHash === undefined) return undefined
  if (status.planHash === planHash(plan)) return undefined
  return `Machine "${name}" runs as it was defined before; its definition has changed since. To restart it: microvm down ${name} && microvm up -d ${name}`
}
