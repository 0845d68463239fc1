import type { DebianRecipe } from '../../spec/machine-spec.ts'
import { WORK } from './customize-script.ts'

/** Base system of every image. */
const BASE = ['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod']

/** Names and time of a machine with a network; a package of the recipe that does the same, and excludes it, takes its place. */
const NETWORK: readonly { readonly name: string; readonly instead: readonly string[] }[] = [
  { name: 'systemd-resolved', instead: ['resolvconf', 'openresolv'] },
  { name: 'systemd-timesyncd', instead: ['chrony', 'ntp', 'ntpsec', 'openntpd'] },
]

/** What is not unpacked at all; licences of packages stay in their upstream form on the mirror. */
const EXCLUDED = [
  'path-exclude=/usr/share/doc/*',
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/locale/*',
  'path-include=/usr/share/locale/locale.alias',
]

export type Build = {
  readonly recipe: DebianRecipe
  /** Debian's name of the architecture: amd64, arm64. */
  readonly arch: string
  /** Lines of sources.list(5). */
  readonly sources: readonly string[]
  /** Lines of apt.conf(5) for the time of the build only: the host's proxies and the like. */
  readonly aptConf: readonly string[]
  /** Directory with `customize.sh`, `files/N`, `run/N`. */
  readonly staging: string
  /** Directory that gets `out/`. */
  readonly parts: string
}

/** Packages that are asked for; a kernel of the recipe's own replaces the small one for virtual machines. */
export const packagesOf = (recipe: DebianRecipe, arch: string): string[] => {
  const kernel = recipe.packages.some((name) => name.startsWith('linux-image-'))
    ? []
    : [`linux-image-cloud-${arch}`]
  const network = NETWORK.filter(({ instead }) => !instead.some((name) => recipe.packages.includes(name)))
  return [...new Set([...BASE, ...kernel, ...network.map(({ name }) => name), ...recipe.packages])]
}

/**
 * Arguments of mmdebstrap(1). All work on the root is done by hooks, inside the namespace in which its owners are right; the
 * root itself is thrown away (format null).
 *
 * Mode unshare, for root too: the build then has mounts and processes of its own, and nothing of it survives being killed.
 */
export const mmdebstrapArgs = ({
  recipe,
  arch,
  sources,
  aptConf,
  staging,
  parts,
}: Build): readonly string[] => [
  '--mode=unshare',
  '--variant=minbase',
  '--format=null',
  `--architectures=${arch}`,
  `--include=${packagesOf(recipe, arch).join(',')}`,
  '--aptopt=Acquire::Languages "none"',
  ...EXCLUDED.map((option) => `--dpkgopt=${option}`),
  // The host's clock may be ahead of a mirror that stands still; apt's own signatures are checked as ever.
  ...['Acquire::Check-Valid-Until "false";', ...aptConf].map(
    (line) => `--setup-hook=echo ${quote(line)} >>"$MMDEBSTRAP_APT_CONFIG"`,
  ),
  `--customize-hook=mkdir -p "$1${WORK}/files" "$1${WORK}/run"`,
  `--customize-hook=upload ${quote(`${staging}/customize.sh`)} ${WORK}/customize.sh`,
  ...recipe.files.map((_, index) => upload(staging, `files/${index}`)),
  ...recipe.run.map((_, index) => upload(staging, `run/${index}`)),
  `--customize-hook=sh "$1${WORK}/customize.sh" "$1"`,
  `--customize-hook=copy-out ${WORK}/out ${quote(parts)}`,
  recipe.suite,
  '/dev/null',
  ...sources,
]

const upload = (staging: string, name: string): string =>
  `--customize-hook=upload ${quote(`${staging}/${name}`)} ${WORK}/${name}`

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
