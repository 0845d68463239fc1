import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { parseAptSources, type AptSource } from './apt-sources.ts'
import { findMirror, type Mirror } from './mirror.ts'

/** Of the package debian-archive-keyring, which a host that is no Debian has to install. */
const KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.pgp',
  '/usr/share/keyrings/debian-archive-keyring.gpg',
]

/**
 * The Debian mirror this host's apt uses; `MICROVM_DEBIAN_MIRROR` (URI) names one where apt has none.
 * @throws MicrovmError IMAGE_BUILD_FAILED when there is neither.
 */
export const readMirror = (env: NodeJS.ProcessEnv, etc = '/etc'): Mirror => {
  const signedBy = KEYRINGS.find((path) => existsSync(path))
  const told = env['MICROVM_DEBIAN_MIRROR']
  if (told !== undefined && told !== '') return { archive: told, security: undefined, signedBy }
  const found = findMirror(readSources(join(etc, 'apt')), codenameOf(etc))
  if (found === undefined)
    throw new MicrovmError('IMAGE_BUILD_FAILED', 'No Debian mirror to build the image from is known.', {
      because: 'apt on this host has no source with a Debian suite.',
      fix: 'Set MICROVM_DEBIAN_MIRROR to the URI of a Debian mirror, and install debian-archive-keyring.',
    })
  return { ...found, signedBy: signedBy ?? found.signedBy }
}

const readSources = (apt: string): AptSource[] => {
  const parts = join(apt, 'sources.list.d')
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name)) : []
  return [join(apt, 'sources.list'), ...names.toSorted().map((name) => join(parts, name))]
    .filter((path) => existsSync(path))
    .flatMap((path) => parseAptSources(path, readFileSync(path, 'utf8')))
}

const codenameOf = (etc: string): string => {
  const file = join(etc, 'os-release')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return /^VERSION_CODENAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? ''
}
