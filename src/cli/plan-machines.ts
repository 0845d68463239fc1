import { findDirectories } from '../host/directories.ts'
import { observeHost } from '../host/observe-host.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Problem } from '../errors/problem.ts'
import { resolveImage } from '../images/resolve-image.ts'
import { planMachine } from '../plan/decide-up.ts'
import type { Plan } from '../plan/plan.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
import type { Context } from './context.ts'
import { problemsError, type ReadDefinition } from './read-definition.ts'
import { reportWarnings } from './report-error.ts'

/**
 * What would happen for each of the machines on this host, nothing done yet. An image that is not there is left open.
 * @throws MicrovmError with the problems of all of them: a file is never half-applied.
 */
export const planMachines = async (
  machines: readonly MachineSpec[],
  { locate }: Pick<ReadDefinition, 'locate'>,
  { env, uid, out }: Pick<Context, 'env' | 'uid' | 'out'>,
): Promise<Plan[]> => {
  const directories = findDirectories(env, uid)
  const observed = await observeHost(env)
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const plans: Plan[] = []
  for (const spec of machines) {
    const image = await lookAtImage(spec, directories.cache, env)
    if ('code' in image) problems.push(image)
    const result = planMachine(spec, observed, directories, 'code' in image ? undefined : image.files)
    if (result.ok) {
      plans.push(result.value)
      warnings.push(...result.warnings)
    } else problems.push(...result.problems)
  }
  const place = (problem: Problem): Problem => {
    const found = problem.place ?? locate(problem.at)
    return found === undefined ? problem : { ...problem, place: found }
  }
  if (problems.length > 0) throw problemsError(withoutRepeats(problems).map(place), 'Nothing was started.')
  reportWarnings(warnings.map(place), out)
  return plans
}

const lookAtImage = async (
  { name, image }: MachineSpec,
  cache: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly files: FilesImage | undefined } | Problem> => {
  try {
    return { files: await resolveImage(image, { cache, env, build: false, report: () => undefined }) }
  } catch (error) {
    if (!(error instanceof MicrovmError)) throw error
    const { code, message, because, fix = 'Correct the image of the machine.' } = error
    return {
      code,
      at: ['machines', name, 'image'],
      message,
      ...(because === undefined ? {} : { because }),
      fix,
    }
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
