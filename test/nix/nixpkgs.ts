import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** Where nixpkgs is on this host, or what is missing. Nothing is downloaded to find it. */
export type Found = { readonly path: string } | { readonly missing: string }

const run = (file: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? stdout.trim() : undefined
}

const usable = (path: string | undefined): path is string =>
  path !== undefined && path.startsWith('/') && existsSync(join(path, 'lib/default.nix'))

/**
 * MICROVM_NIXPKGS, else NIX_PATH, else what flake.lock names if it is in the store already.
 * @throws Error when MICROVM_NIXPKGS is set to something else than a nixpkgs: who names one means it.
 */
export const findNixpkgs = (env: NodeJS.ProcessEnv = process.env): Found => {
  if (run('nix-instantiate', ['--version']) === undefined)
    return { missing: 'Nix (nix-instantiate is not on PATH; Debian has it as nix-bin)' }
  const named = env['MICROVM_NIXPKGS']
  if (named !== undefined && named !== '') {
    const path = resolve(named)
    if (usable(path)) return { path }
    throw new Error(`MICROVM_NIXPKGS is ${named}, and there is no ${join(path, 'lib/default.nix')}.`)
  }
  const found = run('nix-instantiate', ['--store', 'dummy://', '--find-file', 'nixpkgs']) ?? lockedNixpkgs()
  if (usable(found)) return { path: found }
  return {
    missing: 'nixpkgs (set MICROVM_NIXPKGS to a copy, or NIX_PATH, or let "nix flake check" fetch it)',
  }
}

/** Where there is no store, Nix would make one, with a copy of this repository, to find nothing in it. */
const lockedNixpkgs = (): string | undefined =>
  !existsSync('/nix/store')
    ? undefined
    : run('nix', [
        '--extra-experimental-features',
        'nix-command flakes',
        'eval',
        '--offline',
        '--impure',
        '--raw',
        '--expr',
        `(builtins.getFlake "git+file://${ROOT}").inputs.nixpkgs.outPath`,
      ])

/** Whether this nixpkgs has NixOS' modules and packages (a stand-in's `pkgs.nix` counts), not only lib. */
export const hasModules = (path: string): boolean =>
  existsSync(join(path, 'nixos/modules/module-list.nix')) &&
  ['pkgs/top-level/impure.nix', 'pkgs.nix'].some((file) => existsSync(join(path, file)))
