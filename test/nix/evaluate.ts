import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { findNixpkgs } from './nixpkgs.ts'

/** A value Nix can be given on its command line. */
type Argument = { readonly nix: string } | string

const ROOT = resolve(import.meta.dirname, '../..')

/**
 * The value of a Nix file (below test/nix) as JSON. No store is needed: everything is evaluated, nothing is built.
 * @throws Error with what Nix said.
 */
export const evaluate = (file: string, args: Readonly<Record<string, Argument>> = {}): unknown => {
  const options = Object.entries(args).flatMap(([name, value]) =>
    typeof value === 'string' ? ['--argstr', name, value] : ['--arg', name, value.nix],
  )
  const path = resolve(ROOT, 'test/nix', file)
  const json = execFileSync(
    'nix-instantiate',
    ['--eval', '--strict', '--json', '--store', 'dummy://', path, ...options],
    { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  return JSON.parse(json)
}

/** The nixpkgs of this host as an argument. @throws Error when there is none. */
export const nixpkgs = (): { readonly nix: string } => {
  const found = findNixpkgs()
  if ('missing' in found) throw new Error(`This host lacks ${found.missing}.`)
  return { nix: found.path }
}
