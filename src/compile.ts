import { decodeJson } from './definition/decode-json.ts'
import { decodeToml } from './definition/decode-toml.ts'
import { failed, ok, type Problem, type Result } from './errors/problem.ts'
import type { Secret } from './hypervisors/contract.ts'
import { hypervisorNamed } from './hypervisors/registry.ts'
import type { MachineInvocations } from './invocation/machine-invocations.ts'
import { placeholder } from './invocation/placeholder.ts'
import { planMachine } from './plan/decide-up.ts'
import type { Observed } from './plan/observed.ts'
import type { Directories } from './plan/places.ts'
import type { Plan } from './plan/plan.ts'
import { compileSidecar } from './sidecars/compile-sidecar.ts'
import { completeDefinition } from './spec/complete.ts'
import type { FilesImage, ImageSpec, MachineSpec } from './spec/machine-spec.ts'

/** A definition text and where it stands. `folder` is what relative paths in it are resolved against. */
export type Source = { readonly text: string; readonly file: string; readonly folder: string }

/** Everything the pure stages are told about this host. */
export type Host = {
  readonly observed: Observed
  readonly directories: Directories
  /** The files of an image that is built already, else undefined. */
  readonly imageOf: (image: ImageSpec) => FilesImage | undefined
}

/** text → specs: `decode`, then `complete`. TOML unless the file's name ends in `.json`. */
export const specsOf = ({ text, file, folder }: Source): Result<MachineSpec[]> => {
  const decoded = file.endsWith('.json') ? decodeJson(text, file) : decodeToml(text, file)
  if (!decoded.ok) return decoded
  return withWarnings(decoded.warnings, completeDefinition(decoded.value, { file, folder }))
}

/** specs → plans: `decide`, for all machines or, with all their problems, for none. */
export const plansOf = (specs: readonly MachineSpec[], host: Host): Result<Plan[]> => {
  const results = specs.map((spec) =>
    planMachine(spec, host.observed, host.directories, host.imageOf(spec.image)),
  )
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
  if (problems.length > 0) return failed(problems)
  return ok(
    results.flatMap((result) => (result.ok ? [result.value] : [])),
    results.flatMap((result) => (result.ok ? result.warnings : [])),
  )
}

/**
 * plan → invocations: what runs, fully decided. With `printableSecrets` for a plan that is only looked at.
 * @throws Error when the image of the plan is not built yet.
 */
export const invocationsOf = (plan: Plan, secrets: readonly Secret[]): MachineInvocations => {
  const hypervisor = hypervisorNamed(plan.hypervisor.name)
  const { files, vmm, boot } = hypervisor.compile(plan, secrets)
  const { places } = plan
  return {
    machine: plan.spec.name,
    ...(plan.assumed === undefined ? {} : { assumed: plan.assumed }),
    directories: [places.run, ...(files.length === 0 ? [] : [places.secrets]), places.state],
    lock: places.lock,
    files,
    sidecars: plan.sidecars.map((sidecar) => compileSidecar(sidecar, plan)),
    vmm,
    control: hypervisor.control.socket(plan),
    boot,
  }
}

/** Marks in place of the secrets' values: what is printed is compiled from these, so no value can slip through. */
export const printableSecrets = (plan: Plan): Secret[] =>
  plan.secretCredentials.map(({ name }) => ({ name, value: placeholder(name) }))

/** The whole pipeline: definition text → what would run on that host, or every problem there is. Secrets are marks. */
export const compile = (source: Source, host: Host): Result<MachineInvocations[]> => {
  const specs = specsOf(source)
  if (!specs.ok) return specs
  const plans = withWarnings(specs.warnings, plansOf(specs.value, host))
  if (!plans.ok) return plans
  const unbuilt = plans.value.filter(({ image }) => image === undefined)
  if (unbuilt.length > 0) return failed(unbuilt.map(unbuiltProblem))
  return ok(
    plans.value.map((plan) => invocationsOf(plan, printableSecrets(plan))),
    plans.warnings,
  )
}

const unbuiltProblem = ({ spec }: Plan): Problem => ({
  code: 'IMAGE_UNKNOWN',
  at: ['machines', spec.name, 'image'],
  message: `The image of ${spec.name} is not built yet.`,
  fix: `Run "microvm image build ${spec.name}".`,
})

const withWarnings = <T>(warnings: readonly Problem[], result: Result<T>): Result<T> =>
  result.ok ? ok(result.value, [...warnings, ...result.warnings]) : result
