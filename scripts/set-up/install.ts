import { runProgram } from '../../src/host/run-program.ts'
import type { AptConfig } from './apt-config.ts'
import { BESIDE_SUITE, type Beside } from './beside.ts'
import { chooseSuite, parseMadison } from './choose-packages.ts'
import type { Lacking, Need } from './needs.ts'

/** What apt is to do: packages by the suite they come from; `own` are those of the host's suites, taken as apt sees fit. */
export type InstallPlan = {
  readonly own: readonly string[]
  readonly from: Readonly<Record<string, readonly string[]>>
  /** Programs of a newer Debian, with libraries of their own. */
  readonly beside: readonly Beside[]
  /** What no suite has. */
  readonly unavailable: readonly Lacking[]
}

export const planInstall = async (
  lacking: readonly Lacking[],
  config: AptConfig,
  suites: Readonly<Record<Need['elsewhere'][number], string>>,
): Promise<InstallPlan> => {
  const own = new Set<string>()
  const from: Record<string, string[]> = {}
  const beside: Beside[] = []
  const unavailable: Lacking[] = []
  for (const need of lacking) {
    const { stdout } = await runProgram('apt-cache', ['-c', config.file, 'madison', need.package])
    const elsewhere = need.elsewhere.map((kind) => suites[kind])
    const others = config.extra.filter((suite) => !elsewhere.includes(suite))
    const available = parseMadison(stdout)
    const suite = await chooseSuite(
      available.filter((one) => !others.includes(one.suite)),
      elsewhere,
      (version) => isNewEnough(version, need.atLeast),
    )
    if (suite === undefined)
      if (hasBeside(need) && available.some((one) => one.suite === BESIDE_SUITE)) beside.push(need)
      else unavailable.push(need)
    else if (elsewhere.includes(suite)) (from[suite] ??= []).push(need.package)
    else own.add(need.package)
  }
  return { own: [...own], from, beside, unavailable }
}

const hasBeside = (need: Lacking): need is Lacking & Beside => need.beside !== undefined

/** The commands of apt that carry the plan out, as root. */
export const installCommands = (plan: InstallPlan, config: AptConfig): string[][] => {
  const install = ['apt-get', '-c', config.file, '-q', '-y', '--no-install-recommends']
  const options = ['-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120']
  return [
    ...(plan.own.length === 0 ? [] : [[...install, ...options, 'install', ...plan.own]]),
    // With the suite as target, so that what the package needs in a newer version comes from there as well.
    ...Object.entries(plan.from).map(([suite, packages]) =>
      // sid is no target: nothing else may be drawn from it (see `preferences`).
      [...install, ...options, ...(suite === 'sid' ? [] : ['-t', suite]), 'install', ...packages],
    ),
  ]
}

const isNewEnough = async (version: string, atLeast: string | undefined): Promise<boolean> =>
  atLeast === undefined ||
  (await runProgram('dpkg', ['--compare-versions', version, 'ge', atLeast]).then(
    () => true,
    () => false,
  ))
