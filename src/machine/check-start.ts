import type { Problem } from '../errors/problem.ts'
import type { Plan } from '../plan/plan.ts'
import { checkMakers } from './check-makers.ts'
import { checkPaths } from './check-paths.ts'
import { checkPorts } from './check-ports.ts'

/** All that a machine about to be started needs on this host and lacks. Not for one that runs: it has its ports itself. */
export const checkStart = async (plan: Plan, env: NodeJS.ProcessEnv): Promise<Problem[]> => [
  ...checkPaths(plan),
  ...checkMakers(plan, env),
  ...(await checkPorts(plan.spec)),
]
