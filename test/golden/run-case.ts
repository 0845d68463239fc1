import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { invocationsOf, plansOf, printableSecrets, specsOf, type Host } from '../../src/compile.ts'
import { formatProblem } from '../../src/errors/format.ts'
import type { Problem } from '../../src/errors/problem.ts'
import { mergePatch } from '../../src/hypervisors/cloud-hypervisor/merge-patch.ts'
import { hypervisors } from '../../src/hypervisors/registry.ts'
import { renderArgv } from '../../src/invocation/render-argv.ts'
import { renderJson } from '../../src/invocation/render-json.ts'
import type { Observed } from '../../src/plan/observed.ts'
import { planText } from '../../src/report/plan-text.ts'
import { plain } from '../../src/report/style.ts'
import type { MachineSpec } from '../../src/spec/machine-spec.ts'
import { directories, filesImage, observed } from '../machine-spec.ts'

export const CASES = join(import.meta.dirname, 'cases')

/** What a user writes in a case: the definition, and how the host differs from one that has everything (a JSON merge patch). */
const INPUTS = ['machine.toml', 'machine.json', 'observed.json', 'directories.json', 'image.json']

export const caseNames = (): string[] => readdirSync(CASES).toSorted()

/** Definition and host of a case. */
export const readCase = (name: string): { file: string; text: string; host: Host } => {
  const folder = join(CASES, name)
  const file = existsSync(join(folder, 'machine.json')) ? 'machine.json' : 'machine.toml'
  const patched = <T>(start: T, patch: string): T =>
    existsSync(join(folder, patch))
      ? (mergePatch(start, JSON.parse(readFileSync(join(folder, patch), 'utf8'))) as T)
      : start
  const image = patched(filesImage, 'image.json')
  return {
    file,
    text: readFileSync(join(folder, file), 'utf8'),
    host: {
      observed: patched<Observed>(observed(), 'observed.json'),
      directories: patched(directories, 'directories.json'),
      imageOf: ({ kind }) => (kind === 'files' ? undefined : image),
    },
  }
}

/** File name → text of everything a case must come out as. */
export const runCase = (name: string): Record<string, string> => {
  const { file, text, host } = readCase(name)
  const specs = specsOf({ text, file, folder: '/project' })
  if (!specs.ok) return { 'problems.txt': problemsText(specs.problems) }
  const plans = plansOf(specs.value, host)
  const warnings = plans.ok ? [...specs.warnings, ...plans.warnings] : specs.warnings
  return {
    ...(warnings.length === 0 ? {} : { 'warnings.txt': problemsText(warnings, 'warning') }),
    ...(plans.ok
      ? { 'plan.txt': plans.value.map((plan) => `${planText(plan, plain)}\n`).join('\n') }
      : { 'problems.txt': problemsText(plans.problems) }),
    ...Object.assign({}, ...hypervisors.map(({ name: wanted }) => backend(wanted, specs.value, host))),
  }
}

/** The machines on one hypervisor, when the definition leaves the choice or makes it so. */
const backend = (wanted: string, specs: readonly MachineSpec[], host: Host): Record<string, string> => {
  const chosen = specs
    .filter(({ hypervisor }) => hypervisor === 'auto' || hypervisor === wanted)
    .map((spec): MachineSpec => ({ ...spec, hypervisor: wanted as MachineSpec['hypervisor'] }))
  const plans = plansOf(chosen, host)
  if (!plans.ok) return { [`${wanted}.problems.txt`]: problemsText(plans.problems) }
  const runs = plans.value.map((plan) => invocationsOf(plan, printableSecrets(plan)))
  if (runs.length === 0) return {}
  return runs.some(({ boot }) => boot.length > 0)
    ? { [`${wanted}.json`]: renderJson(runs) }
    : { [`${wanted}.argv.txt`]: runs.map(renderArgv).join('\n') }
}

const problemsText = (problems: readonly Problem[], level?: 'error' | 'warning'): string =>
  problems.map((problem) => `${formatProblem(problem, level)}\n`).join('\n')

/** The expected files of a case, as they are on disk. */
export const expectedOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(CASES, name))
      .filter((entry) => !INPUTS.includes(entry))
      .map((entry) => [entry, readFileSync(join(CASES, name, entry), 'utf8')]),
  )
