/** What the texts of a host depend on. Found by `host-install/`, or given by a packager or a Nix module. */
export type HostFacts = {
  /** Where the files go: `/usr/local` (default), `/usr` for packages, `/etc`, or a staging directory. Absolute. */
  readonly prefix: string
  /** Version of the host's systemd, e.g. 257. The oldest one supported is 247 (Debian 11); see `unitSettings`. */
  readonly systemd: number
  /** argv of the program, e.g. `['/usr/bin/node', '/usr/lib/microvm/microvm.mjs']`. */
  readonly program: readonly string[]
  /** `env` of coreutils 8.31 or newer. */
  readonly env: string
  /** Let machines be registered with systemd-machined: one command of the unit then runs as root. */
  readonly machined: boolean
}

/** One file of the host, as it should be. */
export type HostFile = {
  readonly path: string
  readonly mode: number
  readonly content: string
}

/** Directory of definitions; each `*.toml` and `*.json` in it may define any number of machines. */
export const DEFINITIONS = '/etc/microvm'

/** What the units use, whoever runs them; the machine's own directories are below these (plan/places.ts). */
export const SYSTEM_DIRECTORIES = {
  runtime: '/run/microvm',
  state: '/var/lib/microvm',
  cache: '/var/cache/microvm',
} as const
