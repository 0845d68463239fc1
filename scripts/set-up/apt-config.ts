import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../src/host/run-program.ts'
import { readMirror } from '../../src/images/debian/read-mirror.ts'

/** An apt configuration that knows more suites than the system's, and is gone after use; the system's own is left as it is. */
export type AptConfig = {
  /** To be given to apt with `-c`. */
  readonly file: string
  /** The suites it has beside the system's. */
  readonly extra: readonly string[]
  readonly remove: () => void
}

/** A package is taken from another release only by name; nothing is ever upgraded to one because of it (apt_preferences(5)). */
const preferences = (extra: readonly string[]): string =>
  extra
    .filter((suite) => !suite.endsWith('-backports'))
    .map((suite) => `Package: *\nPin: release n=${suite}\nPin-Priority: 1\n`)
    .join('\n')

/** The host's own sources and the `extra` suites, on the mirror the host uses, with package lists of its own. */
export const makeAptConfig = async (extra: readonly string[]): Promise<AptConfig> => {
  const folder = mkdtempSync(join(tmpdir(), 'microvm-apt-'))
  // apt's unprivileged downloader has to enter it.
  chmodSync(folder, 0o755)
  const place = (name: string): string => join(folder, name)
  for (const name of ['lists/partial', 'cache/archives/partial', 'sources.d'])
    mkdirSync(place(name), { recursive: true })
  if (existsSync('/etc/apt/sources.list.d'))
    cpSync('/etc/apt/sources.list.d', place('sources.d'), { recursive: true, dereference: true })
  const main = existsSync('/etc/apt/sources.list') ? readFileSync('/etc/apt/sources.list', 'utf8') : ''
  writeFileSync(place('sources.list'), [main, ...extraLines(extra), ''].join('\n'))
  const theirs = existsSync('/etc/apt/preferences') ? readFileSync('/etc/apt/preferences', 'utf8') : ''
  writeFileSync(place('preferences'), `${theirs.trimEnd()}\n\n${preferences(extra)}`)
  const settings = {
    'Dir::Etc::SourceList': place('sources.list'),
    'Dir::Etc::SourceParts': place('sources.d'),
    'Dir::Etc::Preferences': place('preferences'),
    'Dir::State::Lists': place('lists'),
    'Dir::Cache': place('cache'),
    // The clock may be ahead of a mirror that stands still; signatures are checked as ever.
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
  }
  const file = place('apt.conf')
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join(''),
  )
  await runProgram('apt-get', ['-c', file, '-qq', 'update'], { timeoutMs: 600_000 })
  return { file, extra, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const extraLines = (suites: readonly string[]): string[] => {
  if (suites.length === 0) return []
  const { archive, signedBy } = readMirror(process.env)
  const options = signedBy === undefined ? '' : `[signed-by=${signedBy}] `
  return suites.map((suite) => `deb ${options}${archive} ${suite} main`)
}
