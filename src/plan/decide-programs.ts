import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { isProblem, needProgram, type Need } from './need-program.ts'
import type { Observed, Program } from './observed.ts'
import type { Plan } from './plan.ts'

/** Programs beside VMM and helpers: setpriv(1) and flock(1) for every machine, and `further` ones. */
export const decidePrograms = (
  spec: MachineSpec,
  further: readonly Need[],
  observed: Observed,
): Result<Plan['programs']> => {
  const at = ['machines', spec.name]
  const needs: Need[] = [
    { name: 'setpriv', why: 'so that the machine does not outlive its supervisor', at },
    { name: 'flock', why: 'so that a machine is not run twice', at },
    ...further,
  ]
  const found: Record<string, Program> = {}
  const problems: Problem[] = []
  for (const need of needs) {
    const program = needProgram(observed, need)
    if (isProblem(program)) problems.push(program)
    else found[need.name] = program
  }
  return problems.length > 0 ? failed(problems) : ok(found)
}
