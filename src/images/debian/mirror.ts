import type { AptSource } from './apt-sources.ts'

/** Where this host gets Debian from. */
export type Mirror = {
  /** URI of the archive with the suites. */
  readonly archive: string
  /** URI of the security archive, where the host uses one. */
  readonly security: string | undefined
  /** Path of the keyring both are signed by; undefined: apt's trusted keys. */
  readonly signedBy: string | undefined
}

/** Suites that are the whole archive, not an addition (`-updates`, `-security`, `-backports`) to one. */
const DEBIAN_SUITE =
  /^(stable|oldstable|oldoldstable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)$/

/** Suites without stable releases have no `-updates` and no `-security` beside them. */
const ROLLING = /^(sid|unstable|experimental|rc-buggy)$/

/** The mirror among apt's sources; `codename` is the host's own (os-release(5), VERSION_CODENAME). */
export const findMirror = (sources: readonly AptSource[], codename: string): Mirror | undefined => {
  const mains = sources.filter(({ components }) => components.includes('main'))
  const archive = mains.find(({ suites }) =>
    suites.some((suite) => suite === codename || DEBIAN_SUITE.test(suite)),
  )
  const uri = archive?.uris[0]
  if (archive === undefined || uri === undefined) return undefined
  const security = mains.find(({ suites }) => suites.some((suite) => /-security$|\/updates$/.test(suite)))
  return { archive: uri, security: security?.uris[0], signedBy: archive.signedBy }
}

/** Lines of sources.list(5) for a suite, whichever suite the host itself has. */
export const sourcesFor = (suite: string, mirror: Mirror): string[] => {
  const options = mirror.signedBy === undefined ? '' : `[signed-by=${mirror.signedBy}] `
  const line = (uri: string, name: string): string => `deb ${options}${uri} ${name} main`
  if (ROLLING.test(suite)) return [line(mirror.archive, suite)]
  return [
    line(mirror.archive, suite),
    line(mirror.archive, `${suite}-updates`),
    ...(mirror.security === undefined ? [] : [line(mirror.security, `${suite}-security`)]),
  ]
}
