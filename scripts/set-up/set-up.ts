import { formatError } from '../../src/errors/format.ts'
import { MicrovmError } from '../../src/errors/microvm-error.ts'
import { findOnPath } from '../../src/host/find-on-path.ts'
import { runProgram } from '../../src/host/run-program.ts'
import { makeAptConfig } from './apt-config.ts'
import { ask } from './ask.ts'
import { installCommands, planInstall, type InstallPlan } from './install.ts'
import { findLacking, hostCodename, type Lacking } from './needs.ts'

export type SetUpOptions = {
  /** Do not ask before packages are installed. `CI=true` says the same. */
  readonly yes: boolean
  /** Say nothing when there is nothing to do. */
  readonly quiet: boolean
}

/** Goes to stderr: stdout belongs to what runs afterwards. */
const say = (line: string): void => console.error(`set-up: ${line}`)

/**
 * Installs the Debian packages that are missing. Changes nothing but that: apt's sources stay as they are.
 * @returns whether everything essential is there in the end.
 */
export const setUp = async (options: SetUpOptions): Promise<boolean> => {
  const lacking = await findLacking()
  if (lacking.length === 0) {
    if (!options.quiet) say('everything is there')
    return true
  }
  for (const { what, state, why } of lacking) say(`${what} (${why}): ${state}`)
  try {
    await install(lacking, options)
  } catch (error) {
    if (!(error instanceof MicrovmError)) throw error
    console.error(formatError(error))
  }
  return report(await findLacking())
}

const install = async (lacking: readonly Lacking[], options: SetUpOptions): Promise<void> => {
  if (findOnPath('apt-get', process.env) === undefined) {
    say('this host has no apt: install the above with its own package manager.')
    return
  }
  const asRoot = rootPrefix()
  if (asRoot === undefined) {
    say('neither root nor sudo: run this as root, in this directory: npm run setup -- --yes')
    return
  }
  const suites = { backports: `${hostCodename()}-backports`, sid: 'sid' }
  const kinds = new Set(lacking.flatMap(({ elsewhere }) => elsewhere))
  say('reading package lists')
  const config = await makeAptConfig([...kinds].map((kind) => suites[kind]))
  try {
    const plan = await planInstall(lacking, config, suites)
    for (const line of describe(plan)) say(line)
    if (plan.own.length === 0 && Object.keys(plan.from).length === 0) return
    if (!(await mayInstall(options))) {
      say('nothing was installed.')
      return
    }
    for (const command of installCommands(plan, config)) {
      const packages = command.slice(command.indexOf('install') + 1)
      say(`installing ${packages.join(', ')}`)
      const [file = '', ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command]
      await runProgram(file, args)
    }
  } finally {
    config.remove()
  }
}

/** A person at a terminal is asked; a program that started us is not. */
const mayInstall = async ({ yes }: SetUpOptions): Promise<boolean> => {
  if (yes || process.env['CI'] === 'true' || !process.stdin.isTTY) return true
  return ask("set-up: install these packages? apt's sources stay as they are.")
}

const rootPrefix = (): string[] | undefined => {
  if (process.getuid?.() === 0) return []
  return findOnPath('sudo', process.env) === undefined ? undefined : ['sudo']
}

const describe = ({ own, from, unavailable }: InstallPlan): string[] => [
  ...(own.length === 0 ? [] : [`from this release of Debian: ${own.join(', ')}`]),
  ...Object.entries(from).map(([suite, packages]) => `from ${suite}: ${packages.join(', ')}`),
  ...unavailable.map(
    ({ package: name, atLeast }) =>
      `in no suite this host can reach: ${name}${atLeast === undefined ? '' : ` ${atLeast} or newer`}`,
  ),
]

const report = (still: readonly Lacking[]): boolean => {
  const essential = still.filter((need) => need.essential)
  for (const { what, state, why } of still) say(`still missing: ${what} (${why}): ${state}`)
  if (still.length === 0) say('everything is there now')
  else if (essential.length === 0) say('the rest works without it.')
  else
    say(
      `cannot go on without ${essential.map(({ package: name }) => name).join(', ')}; install ${essential.length === 1 ? 'it' : 'them'} by hand, then run the same command again.`,
    )
  return essential.length === 0
}
