import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'

export type Tally = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** The failed and the skipped ones, with their mark. */
  readonly names: readonly string[]
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, names: [] }

export const sum = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  names: [],
})

type Report = {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Counts in vitest's JSON report. A file that could not even be loaded counts as one failure, and so does a run without a report. */
export const readReport = (path: string, status: number): Tally => {
  if (!existsSync(path)) return { ...NOTHING, failed: 1, names: [`failed   vitest ended with ${status}`] }
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const withStatus = (...wanted: string[]) => tests.filter((test) => wanted.includes(test.status))
  const failed = withStatus('failed')
  const skipped = withStatus('skipped', 'pending', 'todo', 'disabled')
  const counted: Tally = {
    passed: withStatus('passed').length,
    failed: failed.length + broken.length,
    skipped: skipped.length,
    names: [
      ...broken.map(({ name }) => `failed   ${name}`),
      ...failed.map(({ fullName }) => `failed   ${fullName}`),
      ...skipped.map(({ fullName }) => `skipped  ${fullName}`),
    ],
  }
  // An error outside of any test (an unhandled rejection) fails the run and is in no test's result.
  const unexplained = status !== 0 && counted.failed === 0
  return unexplained
    ? { ...counted, failed: 1, names: [...counted.names, `failed   vitest ended with ${status}`] }
    : counted
}

/** How many tests a tier has, without running them; one at least. */
export const countTests = async (tier: string, output: string): Promise<number> => {
  await execa('vitest', ['list', '--project', tier, `--json=${output}`], { reject: false, stdio: 'ignore' })
  if (!existsSync(output)) return 1
  return Math.max(1, (JSON.parse(readFileSync(output, 'utf8')) as unknown[]).length)
}
