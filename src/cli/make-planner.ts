import { findDirectories } from '../host/directories.ts'
import { observeHost, PLANNED } from '../host/observe-host.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import { checkPaths } from '../machine/check-paths.ts'
import { resolveImage } from '../images/resolve-image.ts'
import { planMachine } from '../plan/decide-up.ts'
import type { Plan } from '../plan/plan.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
import type { Context } from './context.ts'
import { problemsError, type ReadDefinition } from './read-definition.ts'
import { reportWarnings } from './report-error.ts'

export type Planner = {
  /**
   * What would happen for each of the machines on this host, nothing done yet. An image that is not there is left open.
   * @throws MicrovmError with the problems of all of them: a file is never half-applied.
   */
  readonly planAll: (machines: readonly MachineSpec[]) => Promise<Plan[]>
  /** The same for one machine whose image was built meanwhile. @throws MicrovmError */
  readonly planOne: (machine: MachineSpec, image: FilesImage) => Plan
}

/**
 * Looks at this host once and plans for it.
 * @param toStart the plans are about to be performed: what they need on this host is looked at too, for all machines before any is started.
 */
export const makePlanner = async (
  { locate }: Pick<ReadDefinition, 'locate'>,
  { env, uid, out }: Pick<Context, 'env' | 'uid' | 'out'>,
  { toStart = false } = {},
): Promise<Planner> => {
  const directories = findDirectories(env, uid)
  const observed = await observeHost(env, PLANNED)
  const place = (problem: Problem): Problem => {
    const found = problem.place ?? locate(problem.at)
    return found === undefined ? problem : { ...problem, place: found }
  }
  const planAll = (results: readonly Result<Plan>[]): Plan[] => {
    const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
    if (problems.length > 0) throw problemsError(withoutRepeats(problems).map(place), 'Nothing was started.')
    reportWarnings(results.flatMap((result) => (result.ok ? result.warnings : [])).map(place), out)
    return results.flatMap((result) => (result.ok ? [result.value] : []))
  }
  const planWithImage = async (spec: MachineSpec): Promise<Result<Plan>> => {
    const image = await lookAtImage(spec, directories.cache, env)
    const plan = planMachine(spec, observed, directories, image.ok ? image.value : undefined)
    const missing = toStart && plan.ok ? checkPaths(plan.value) : []
    if (image.ok) return missing.length === 0 ? plan : failed(missing)
    return failed([
      ...image.problems,
      // The image has been complained of.
      ...(plan.ok ? missing.filter(({ at }) => at[2] !== 'image') : plan.problems),
    ])
  }
  return {
    planAll: async (machines) => planAll(await Promise.all(machines.map(planWithImage))),
    planOne: (spec, image) => planAll([planMachine(spec, observed, directories, image)])[0] as Plan,
  }
}

const lookAtImage = async (
  { name, image }: MachineSpec,
  cache: string,
  env: NodeJS.ProcessEnv,
): Promise<Result<FilesImage | undefined>> => {
  try {
    return ok(await resolveImage(image, { cache, env, build: false, report: () => undefined }))
  } catch (error) {
    if (!(error instanceof MicrovmError)) throw error
    const { code, message, because, fix = 'Correct the image of the machine.' } = error
    const details = because === undefined ? {} : { because }
    return failed([{ code, at: ['machines', name, 'image'], message, ...details, fix }])
  }
}

/** What the host lacks, it lacks for every machine; once is enough to be told. */
const withoutRepeats = (problems: readonly Problem[]): Problem[] => {
  const seen = new Set<string>()
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.code, problem.message, problem.because])
    return !seen.has(key) && seen.add(key)
  })
}
