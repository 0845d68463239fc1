import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
import { checkDisks } from './check-disks.ts'
import { checkGuest } from './check-guest.ts'
import { checkHost, checkPlaces } from './check-host.ts'
import { credentialParameter, credentialString } from './credential-string.ts'
import { decideCmdline } from './decide-cmdline.ts'
import { systemCredentials } from './decide-credentials.ts'
import { decideHypervisor } from './decide-hypervisor.ts'
import { decideMemory } from './decide-memory.ts'
import { decideNotify } from './decide-notify.ts'
import { decidePrograms } from './decide-programs.ts'
import { decideSidecars } from './decide-sidecars.ts'
import { decideSteps } from './decide-steps.ts'
import { decideTimes } from './decide-times.ts'
import { declaredDisks } from './declared-disks.ts'
import type { FoundDisks } from './found-disk.ts'
import type { Observed } from './observed.ts'
import { placesOf, type Directories } from './places.ts'
import type { Plan } from './plan.ts'
import { checkSmbiosStrings } from './smbios-limits.ts'

/**
 * Spec and host → what will happen, or all the reasons why it cannot. Pure: the same input gives the same plan.
 * `image` is undefined while it is still to be built; such a plan can be shown, not compiled.
 * `found` has the disk images that were looked at; of others nothing is known, and nothing is said.
 */
export const planMachine = (
  spec: MachineSpec,
  observed: Observed,
  directories: Directories,
  image: FilesImage | undefined,
  found: FoundDisks = new Map(),
): Result<Plan> => {
  const places = placesOf(directories, spec.name)
  const decided = decideHypervisor(spec, observed)
  if (!decided.ok) {
    const programs = decidePrograms(spec, [], observed)
    return failed([
      ...checkPlaces(spec, places),
      ...checkGuest(spec, image),
      ...decided.problems,
      ...(programs.ok ? [] : programs.problems),
    ])
  }
  const { hypervisor, choice } = decided.value
  const { capabilities } = hypervisor

  const memory = decideMemory(spec, capabilities)
  const sidecars = decideSidecars(spec, capabilities, observed, places)
  const programs = decidePrograms(spec, hypervisor.needs(spec), observed)
  const files = image ?? (spec.image.kind === 'files' ? spec.image : undefined)

  // Where there is no SMBIOS the public credentials go by the command line; secrets are refused there (checkHost).
  const smbios = observed.arch === 'x86_64'
  const credentials = systemCredentials(spec)
  const oemStrings = smbios
    ? [...credentials.map(([name, value]) => credentialString(name, value)), ...spec.platform.oemStrings]
    : []
  const parameters = smbios ? [] : credentials.map(([name, value]) => credentialParameter(name, value))
  const known = spec.credentials.flatMap(({ name, from }) =>
    from.kind === 'text' ? [credentialString(name, from.text)] : [],
  )
  const limits = checkSmbiosStrings(spec.name, [...oemStrings, ...known], files?.systemd)

  const disks = checkDisks(declaredDisks(spec, places, files), found, {
    dynamicVhd: capabilities.dynamicVhd,
    name: hypervisor.name,
  })
  const problems: Problem[] = [
    ...checkPlaces(spec, places),
    ...checkGuest(spec, files),
    ...checkHost(spec, hypervisor, observed),
    ...hypervisor.check(spec, choice.program.numbers, choice.accel),
    ...limits.problems,
    ...disks.problems,
    ...[memory, sidecars, programs].flatMap((result) => (result.ok ? [] : result.problems)),
  ]
  if (problems.length > 0 || !memory.ok || !sidecars.ok || !programs.ok) return failed(problems)

  const plan: Omit<Plan, 'steps'> = {
    spec,
    places,
    arch: observed.arch,
    hypervisor: choice,
    image: files,
    cmdline: decideCmdline(spec, observed.arch, files, parameters),
    memory: memory.value,
    oemStrings,
    secretCredentials: spec.credentials,
    sidecars: sidecars.value,
    notify: decideNotify(spec, choice, capabilities, places),
    times: decideTimes(spec.times, choice.accel),
    programs: programs.value,
    ...assumptions(observed, [
      hypervisor.program,
      ...sidecars.value.map(({ kind }) => kind),
      ...Object.keys(programs.value),
    ]),
  }
  return ok({ ...plan, steps: decideSteps(plan, found) }, [
    ...limits.warnings,
    ...disks.warnings,
    ...sidecars.warnings,
  ])
}

/** Of what was taken for granted, that which this plan rests on. */
const assumptions = ({ assumed, programs }: Observed, used: readonly string[]): Pick<Plan, 'assumed'> => {
  if (assumed === undefined) return {}
  const texts = assumed.flatMap((one) =>
    one === 'KVM' ? [one] : used.includes(one) ? [`${one} ${programs[one]?.version ?? ''}`.trim()] : [],
  )
  return { assumed: texts }
}
