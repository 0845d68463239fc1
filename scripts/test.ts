import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInTerminal } from '../src/host/run-in-terminal.ts'
import { setUp } from './set-up/set-up.ts'
import { countTests, NOTHING, readReport, sum, type Tally } from './test/tally.ts'

/** `npm test [TIER…]`: set-up, `npm run check`, then the tiers one after the other, cheap ones first; a failing tier does not stop the rest. */
const TIERS = ['unit', 'golden', 'agreement', 'process', 'nix', 'guest', 'host', 'nested']

const root = resolve(import.meta.dirname, '..')
process.chdir(root)

type Outcome = { readonly tier: string; readonly tally: Tally; readonly lacked: string | undefined }

/** What this host lacks for a tier: `test/TIER/needs.ts` may export `needs()`, which says so in a sentence or returns undefined. */
const lackOf = async (tier: string): Promise<string | undefined> => {
  const file = join(root, 'test', tier, 'needs.ts')
  if (!existsSync(file)) return undefined
  const { needs } = (await import(pathToFileURL(file).href)) as {
    needs: () => string | undefined | Promise<string | undefined>
  }
  return needs()
}

const runTier = async (tier: string, folder: string): Promise<Outcome> => {
  const lacked = await lackOf(tier)
  const output = join(folder, `${tier}.json`)
  if (lacked !== undefined) {
    console.log(`\n--- ${tier}: skipped, this host lacks ${lacked}`)
    return { tier, lacked, tally: { ...NOTHING, skipped: await countTests(tier, output) } }
  }
  console.log(`\n--- ${tier}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const status = await runInTerminal('vitest', ['run', '--project', tier, ...reporters])
  return { tier, lacked, tally: readReport(output, status) }
}

/** Types, lint, format and dead code count as one test. */
const check = async (): Promise<Outcome> => {
  console.log('\n--- check')
  const failed = (await runInTerminal('npm', ['run', '--silent', 'check'])) === 0 ? 0 : 1
  return { tier: 'check', lacked: undefined, tally: { ...NOTHING, passed: 1 - failed, failed } }
}

const lineOf = ({ tier, tally, lacked }: Outcome): string => {
  const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
  const why = lacked === undefined ? '' : `  (lacks ${lacked})`
  return [`${tier.padEnd(10)} ${counts}${why}`, ...tally.names.map((name) => `           ${name}`)].join('\n')
}

const main = async (): Promise<number> => {
  if (!(await setUp({ args: process.argv.slice(2), quiet: true }))) return 1
  const built = await runInTerminal('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
  const tiers = TIERS.filter((tier) => asked.length === 0 || asked.includes(tier)).filter(
    (tier) => globSync(`test/${tier}/**/*.test.ts`).length > 0,
  )
  const folder = mkdtempSync(join(tmpdir(), 'microvm-test-'))
  const outcomes: Outcome[] = []
  try {
    if (asked.length === 0) outcomes.push(await check())
    for (const tier of tiers) outcomes.push(await runTier(tier, folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const total = outcomes.map(({ tally }) => tally).reduce(sum, NOTHING)
  console.log(['', ...outcomes.map(lineOf)].join('\n'))
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed > 0 || total.passed + total.skipped === 0 ? 1 : 0
}

process.exitCode = await main()
