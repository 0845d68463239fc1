import { findDirectories } from '../host/directories.ts'
import { observeHost, PLANNED } from '../host/observe-host.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import { checkStart } from '../machine/check-start.ts'
import { lookAtDisks } from '../machine/look-at-disks.ts'
import { resolveImage } from '../images/resolve-image.ts'
import { planMachine } from '../plan/decide-up.ts'
import { placesOf } from '../plan/places.ts'
import { assumeHost } from '../plan/assume-host.ts'
import type { Plan } from '../plan/plan.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
import { observeMachine } from '../state/observe.ts'
import type { Context } from './context.ts'
import { placeIn, problemsError, type ReadDefinition } from './read-definition.ts'
import { reportWarnings } from './report-error.ts'

export type HypervisorName = Exclude<MachineSpec['hypervisor'], 'auto'>

export type Planner = {
  /**
   * What would happen for each of the machines on this host, nothing done yet. An image that is not there is left open.
   * @throws MicrovmError with the problems of all of them: a file is never half-applied.
   */
  readonly planAll: (machines: readonly MachineSpec[]) => Promise<Plan[]>
  /** The same for one machine whose image was built meanwhile. @throws MicrovmError */
  readonly planOne: (machine: MachineSpec, image: FilesImage) => Plan
}

type PlannerOptions = {
  /** The plans are to be performed, or shown as they would be: the disks, paths, ports and programs they need on this host are looked at, too. */
  readonly toStart?: boolean
  /** Plans for a host that can run this one, whatever this host can (`--for`). */
  readonly hypervisor?: HypervisorName | undefined
}

/** Looks at this host once and plans for it. */
export const makePlanner = async (
  { locate }: Pick<ReadDefinition, 'locate'>,
  { env, uid, out }: Pick<Context, 'env' | 'uid' | 'out'>,
  { toStart = false, hypervisor }: PlannerOptions = {},
): Promise<Planner> => {
  const directories = findDirectories(env, uid)
  const found = await observeHost(env, PLANNED)
  const observed = hypervisor === undefined ? found : assumeHost(found, hypervisor)
  const place = placeIn(locate)
  const planAll = (results: readonly Result<Plan>[]): Plan[] => {
    const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
    if (problems.length > 0) throw problemsError(withoutRepeats(problems).map(place), 'Nothing was started.')
    reportWarnings(results.flatMap((result) => (result.ok ? result.warnings : [])).map(place), out)
    return results.flatMap((result) => (result.ok ? [result.value] : []))
  }
  const planWithImage = async (defined: MachineSpec): Promise<Result<Plan>> => {
    const spec = hypervisor === undefined ? defined : { ...defined, hypervisor }
    const image = await lookAtImage(spec, directories.cache, env)
    const files = image.ok ? image.value : undefined
    const running = isRunning(spec.name)
    const disks = toStart
      ? await lookAtDisks(spec, placesOf(directories, spec.name), files, env)
      : new Map<string, never>()
    const looked = planMachine(spec, observed, directories, files, disks)
    const bare = looked.ok ? looked : planMachine(spec, observed, directories, files)
    // What its guest does to its disks is not to keep the other machines from starting.
    const plan = running ? bare : looked
    const missing = toStart && bare.ok && !running ? await checkStart(bare.value, env) : []
    if (image.ok) return missing.length === 0 ? plan : failed([...(plan.ok ? [] : plan.problems), ...missing])
    return failed([
      ...image.problems,
      // The image has been complained of.
      ...(plan.ok ? missing.filter(({ at }) => at[2] !== 'image') : plan.problems),
    ])
  }
  // This process is about to run the machine, or somebody else does so now.
  const isRunning = (name: string): boolean => {
    const pid = observeMachine(directories, name)?.supervisorPid
    return pid !== undefined && pid !== process.pid
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
