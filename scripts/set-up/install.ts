import { runProgram } from '../../src/host/run-program.ts'
import type { AptConfig } from './apt-config.ts'
import { chooseSuite, parseMadison } from './choose-packages.ts'
import type { Lacking } from './needs.ts'

/** What apt is to do: packages by the suite they come from; `own` are those of the host's suites, taken as apt sees fit. */
export type InstallPlan = {
  readonly own: readonly string[]
  readonly from: Readonly<Record<string, readonly string[]>>
  /** What no suite has. */
  readonly unavailable: readonly Lacking[]
}

export const planInstall = async (
  lacking: readonly Lacking[],
  config: AptConfig,
  added: Readonly<Record<'backports' | 'sid', string>>,
): Promise<InstallPlan> => {
  const own = new Set<string>()
  const from: Record<string, string[]> = {}
  const unavailable: Lacking[] = []
  for (const need of lacking) {
    const { stdout } = await runProgram('apt-cache', ['-c', config.file, 'madison', need.package])
    const elsewhere = need.elsewhere.map((kind) => added[kind])
    const others = Object.values(added).filter((suite) => !elsewhere.includes(suite))
    const available = parseMadison(stdout).filter(({ suite }) => !others.includes(suite))
    const suite = await chooseSuite(available, elsewhere, (version) => isNewEnough(version, need.atLeast))
    if (suite === undefined) unavailable.push(need)
    else if (elsewhere.includes(suite)) (from[suite] ??= []).push(need.package)
    else own.add(need.package)
  }
  return { own: [...own], from, unavailable }
}

/** The commands that carry the plan out, as root. */
export const installCommands = (plan: InstallPlan, config: AptConfig): string[][] => {
  const install = ['apt-get', '-c', config.file, '-q', '-y', '--no-install-recommends']
  const options = ['-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120']
  return [
    ...(plan.own.length === 0 ? [] : [[...install, ...options, 'install', ...plan.own]]),
    // With the suite as target, so that what the package needs in a newer version comes from there as well.
    ...Object.entries(plan.from).map(([suite, packages]) =>
      // sid is no target: nothing else may be drawn from it (see PREFERENCES).
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
