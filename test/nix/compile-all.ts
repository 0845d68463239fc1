import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { invocationsOf, plansOf, printableSecrets, specsOf } from '../../src/compile.ts'
import { formatProblem } from '../../src/errors/format.ts'
import { hypervisors } from '../../src/hypervisors/registry.ts'
import type { MachineSpec } from '../../src/spec/machine-spec.ts'
import { directories, filesImage, observed } from '../machine-spec.ts'

/**
 * The machines of a definition, compiled for each backend on a host that has everything; nothing is run.
 * Backend → machines that came out, or the problems where the definition does not leave it to that backend.
 */
export const compileAll = (file: string, text = readFileSync(file, 'utf8')): Record<string, string> => {
  const specs = specsOf({ text, file, folder: dirname(file) })
  if (!specs.ok) throw new Error(specs.problems.map((problem) => formatProblem(problem)).join('\n'))
  const host = {
    observed: observed(),
    directories,
    imageOf: ({ kind }: { readonly kind: string }) => (kind === 'files' ? undefined : filesImage),
  }
  return Object.fromEntries(
    hypervisors.map(({ name }) => {
      const chosen = specs.value
        .filter(({ hypervisor }) => hypervisor === 'auto' || hypervisor === name)
        .map((spec): MachineSpec => ({ ...spec, hypervisor: name as MachineSpec['hypervisor'] }))
      const plans = plansOf(chosen, host)
      if (!plans.ok) return [name, plans.problems.map((problem) => formatProblem(problem)).join('\n')]
      const runs = plans.value.map((plan) => invocationsOf(plan, printableSecrets(plan)))
      return [name, runs.map(({ machine }) => machine).join(' ')]
    }),
  )
}
