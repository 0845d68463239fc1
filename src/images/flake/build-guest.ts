import { mkdirSync } from 'node:fs'
import { buildArguments } from './nix-arguments.ts'
import { flakePlaces } from './flake-places.ts'
import { type NixOptions, runNix } from './run-nix.ts'

/**
 * Builds a guest of a flake, or finds that nothing changed, and returns the link to its definition.
 * @throws MicrovmError NEEDS_NIX, IMAGE_BUILD_FAILED, INTERRUPTED
 */
export const buildGuest = async (
  flake: string,
  name: string,
  cache: string,
  options: NixOptions,
): Promise<string> => {
  const places = flakePlaces(cache, flake)
  mkdirSync(places.folder, { recursive: true, mode: 0o755 })
  const link = places.link(name)
  await runNix(`${flake}#${name}`, buildArguments(flake, name, link), options)
  return link
}
