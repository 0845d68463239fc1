import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { buildGuest } from './build-guest.ts'
import { readBuiltDefinition } from './built-definition.ts'
import { flakePlaces } from './flake-places.ts'
import { guestsArguments } from './nix-arguments.ts'
import { type NixOptions, runNix } from './run-nix.ts'

/**
 * The guests of a flake as one definition file: `microvm up` in a folder with a flake.nix. All of them are built, as a
 * definition is never half-applied; those that did not change cost Nix a look.
 * @throws MicrovmError NEEDS_NIX, IMAGE_BUILD_FAILED, DEFINITION_NOT_FOUND when the flake has no guests, DEFINITION_CLASH
 */
export const buildFlakeDefinition = async (
  flake: string,
  cache: string,
  options: NixOptions,
): Promise<string> => {
  const names = await guestsOf(flake, options)
  if (names.length === 0)
    throw new MicrovmError('DEFINITION_NOT_FOUND', `The flake ${flake} has no guests.`, {
      because: 'None of its nixosConfigurations has imported the guest module.',
      fix: 'Add microvm.nixosModules.guest to the modules of one, or make one with microvm.lib.guest.',
    })
  const machines = new Map<string, unknown>()
  for (const name of names) {
    options.report(`${name}: evaluating and building`)
    const built = readBuiltDefinition(await buildGuest(flake, name, cache, options))
    for (const [machine, value] of Object.entries(built)) {
      if (machines.has(machine)) throw twice(flake, machine)
      machines.set(machine, value)
    }
  }
  const { definition } = flakePlaces(cache, flake)
  const temporary = `${definition}.${process.pid}.new`
  writeFileSync(temporary, `${JSON.stringify({ machines: Object.fromEntries(machines) }, undefined, 2)}\n`)
  renameSync(temporary, definition)
  return definition
}

/** The first evaluation may fetch nixpkgs, so Nix's progress is shown; the answer itself is no progress. */
const guestsOf = async (flake: string, options: NixOptions): Promise<string[]> => {
  const report = (line: string): void => (line.startsWith('[') ? undefined : options.report(line))
  const answer = await runNix(`the list of guests of ${flake}`, guestsArguments(flake), {
    ...options,
    report,
  })
  return z.array(z.string()).parse(JSON.parse(answer))
}

/** The definition as it was built last; undefined when it never was, or when the store lost what it names. */
export const lastFlakeDefinition = (flake: string, cache: string): string | undefined => {
  const { folder, definition } = flakePlaces(cache, flake)
  if (!existsSync(definition)) return undefined
  const links = readdirSync(folder).filter((name) => !name.startsWith('microvm.json'))
  return links.every((name) => existsSync(`${folder}/${name}`)) ? definition : undefined
}

const twice = (flake: string, machine: string): MicrovmError =>
  new MicrovmError('DEFINITION_CLASH', `Two guests of ${flake} are the machine "${machine}".`, {
    because: 'A machine is named after networking.hostName, unless microvm.name says otherwise.',
    fix: 'Give them different host names, or set microvm.name in one of them.',
  })
