import { formatError } from '../../src/errors/format.ts'
import { MicrovmError } from '../../src/errors/microvm-error.ts'
import { findOnPath } from '../../src/host/find-on-path.ts'
import { runProgram } from '../../src/host/run-program.ts'
import { makeAptConfig, type AptConfig } from './apt-config.ts'
import { ask } from './ask.ts'
import { BESIDE_SUITE, unpackBeside } from './beside.ts'
import { installCommands, planInstall, type InstallPlan } from './install.ts'
import { findLacking, hostCodename, type Lacking } from './needs.ts'
import { report } from './report.ts'
import { say } from './say.ts'
import { findUserNeeds, personOf, type Person, type UserNeed } from './user-needs.ts'

export type SetUpOptions = {
  /** Words of the command line: `--yes` asks nothing before packages are installed (`CI=true` says the same), `--for NAME` is for another user. */
  readonly args: readonly string[]
  /** Say nothing when there is nothing to do. */
  readonly quiet: boolean
}

/**
 * Installs the Debian packages that are missing, and gives the person who asked the subordinate ids they lack. Changes nothing
 * but that: apt's sources stay as they are.
 * @returns whether everything essential is there in the end.
 */
export const setUp = async ({ args, quiet }: SetUpOptions): Promise<boolean> => {
  const person = personOf(args, process.env)
  const lacking = await findLacking()
  const own = findUserNeeds(person)
  if (lacking.length === 0 && own.length === 0) {
    if (!quiet) say('everything is there')
    return true
  }
  const hints = own.filter(({ does }) => !does)
  if (!quiet || lacking.length + own.length > hints.length) {
    for (const { what, state, why } of lacking) say(`${what} (${why}): ${state}`)
    for (const { what, why } of own) say(`${what} (${why}): missing`)
    for (const { command } of hints) say(`if you want that, as root: ${command.join(' ')}`)
  }
  if (lacking.length + own.length === hints.length) return true
  try {
    await install(
      lacking,
      own.filter(({ does }) => does),
      person,
      args,
    )
  } catch (error) {
    if (!(error instanceof MicrovmError)) throw error
    console.error(formatError(error))
    if (process.getuid?.() !== 0) sayAsRoot(person)
  }
  return report(
    await findLacking(),
    findUserNeeds(person).filter(({ does }) => does),
  )
}

const install = async (
  lacking: readonly Lacking[],
  own: readonly UserNeed[],
  person: Person | undefined,
  args: readonly string[],
): Promise<void> => {
  if (findOnPath('apt-get', process.env) === undefined) {
    say('this host has no apt: install the above with its own package manager.')
    return
  }
  const asRoot = rootPrefix()
  const suites = { backports: `${hostCodename()}-backports`, sid: 'sid' }
  const config = lacking.length === 0 ? undefined : await readLists(lacking, suites)
  try {
    const plan = config === undefined ? undefined : await planInstall(lacking, config, suites)
    for (const line of plan === undefined ? [] : describe(plan)) say(line)
    for (const { command } of own) say(`to be run as root: ${command.join(' ')}`)
    if (asRoot === undefined) sayAsRoot(person)
    else if (!(await mayInstall(args))) say('nothing was installed.')
    else await carryOut(plan, config, own, asRoot)
  } finally {
    config?.remove()
  }
}

const readLists = (
  lacking: readonly Lacking[],
  suites: Readonly<Record<'backports' | 'sid', string>>,
): Promise<AptConfig> => {
  say('reading package lists')
  const kinds = new Set(lacking.flatMap(({ elsewhere }) => elsewhere))
  const beside = lacking.some((need) => need.beside !== undefined) && hostCodename() !== BESIDE_SUITE
  return makeAptConfig([...[...kinds].map((kind) => suites[kind]), ...(beside ? [BESIDE_SUITE] : [])])
}

const carryOut = async (
  plan: InstallPlan | undefined,
  config: AptConfig | undefined,
  own: readonly UserNeed[],
  asRoot: readonly string[],
): Promise<void> => {
  const run = async (command: readonly string[]): Promise<void> => {
    const [file = '', ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command]
    await runProgram(file, rest)
  }
  if (plan !== undefined && config !== undefined) {
    for (const command of installCommands(plan, config)) {
      say(`installing ${command.slice(command.indexOf('install') + 1).join(', ')}`)
      await run(command)
    }
    for (const need of plan.beside) {
      say(`installing ${need.package} with libraries of its own`)
      const { commands, remove } = await unpackBeside(need, config)
      try {
        for (const command of commands) await run(command)
      } finally {
        remove()
      }
    }
  }
  for (const { command } of own) await run(command)
}

/** For a person who is neither root nor may become it: what to ask somebody who is. */
const sayAsRoot = (person: Person | undefined): void =>
  say(
    `you are not root here, and sudo did not help: let root run, in ${process.cwd()}: npm run setup -- --yes${person === undefined ? '' : ` --for ${person.name}`}`,
  )

/** A person at a terminal is asked; a program that started us is not. */
const mayInstall = async (args: readonly string[]): Promise<boolean> => {
  if (args.includes('--yes') || process.env['CI'] === 'true' || !process.stdin.isTTY) return true
  return ask("set-up: install and change this? apt's sources stay as they are.")
}

const rootPrefix = (): string[] | undefined => {
  if (process.getuid?.() === 0) return []
  return findOnPath('sudo', process.env) === undefined ? undefined : ['sudo']
}

const describe = ({ own, from, beside, unavailable }: InstallPlan): string[] => [
  ...(own.length === 0
    ? []
    : [`from this release of Debian: apt-get install --no-install-recommends ${own.join(' ')}`]),
  ...Object.entries(from).map(([suite, packages]) => `from ${suite}: ${packages.join(', ')}`),
  ...(beside.length === 0
    ? []
    : [
        `from ${BESIDE_SUITE}, with libraries of their own in /usr/local/lib/microvm: ${beside.map(({ package: name }) => name).join(', ')}`,
      ]),
  ...unavailable.map(
    ({ package: name, atLeast }) =>
      `in no suite this host can reach: ${name}${atLeast === undefined ? '' : ` ${atLeast} or newer`}`,
  ),
]
