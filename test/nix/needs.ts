import { findNixpkgs } from './nixpkgs.ts'

/** What this host lacks for the tests of Nix, for scripts/test.ts. A wrong MICROVM_NIXPKGS is no lack but a failure of the tests. */
export const needs = (): string | undefined => {
  try {
    const found = findNixpkgs()
    return 'missing' in found ? found.missing : undefined
  } catch {
    return undefined
  }
}
