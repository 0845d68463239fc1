import { MicrovmError } from '../../errors/microvm-error.ts'

const FIXES: readonly (readonly [pattern: RegExp, fix: string])[] = [
  [/E: Unable to locate package (\S+)/, 'Correct the name of the package in image.debian.packages.'],
  [
    /does not have a Release file|404 +Not Found|Unable to find expected entry/i,
    'The mirror this host uses has no such suite, or not for this architecture: check image.debian.suite.',
  ],
  [
    /NO_PUBKEY|not signed|couldn't be verified|sqv.*error/i,
    "The host lacks the suite's signing key: install or update debian-archive-keyring.",
  ],
  [
    /Temporary failure resolving|Could not (?:resolve|connect)|Connection (?:timed out|refused)|Failed to fetch/i,
    "The host's Debian mirror could not be reached: check the network, then run the same command again.",
  ],
  [
    /newuidmap|subuid|subgid|unshare|Operation not permitted/i,
    'Let this user have subordinate ids (packages uidmap; /etc/subuid and /etc/subgid), or build as root.',
  ],
]

/** An error of the build as one that says what to do. */
export const explainBuildFailure = (suite: string, error: unknown): unknown => {
  if (!(error instanceof MicrovmError) || error.code !== 'PROGRAM_FAILED') {
    const full = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC'
    return full ? diskFull(suite, (error as Error).message, error) : error
  }
  const output = error.because ?? ''
  if (/No space left on device|not enough free space|ENOSPC/i.test(output))
    return diskFull(suite, output, error)
  const fix = FIXES.find(([pattern]) => pattern.test(output))?.[1]
  return new MicrovmError('IMAGE_BUILD_FAILED', `The Debian ${suite} image could not be built.`, {
    because: output,
    fix: fix ?? 'See what mmdebstrap said above; nothing half-made was kept.',
    cause: error,
  })
}

const diskFull = (suite: string, because: string, cause: unknown): MicrovmError =>
  new MicrovmError('DISK_FULL', `The Debian ${suite} image could not be built: the disk is full.`, {
    because,
    fix: 'Free about 1 GB, or set MICROVM_CACHE_DIR to a place with more room ("microvm image ls" shows what can go).',
    cause,
  })
