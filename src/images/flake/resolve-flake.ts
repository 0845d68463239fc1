import { existsSync } from 'node:fs'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { FilesImage } from '../../spec/machine-spec.ts'
import type { ResolveOptions } from '../resolve-image.ts'
import { buildGuest } from './build-guest.ts'
import { type BuiltMachines, imageOfBuilt, readBuiltDefinition } from './built-definition.ts'
import { flakePlaces } from './flake-places.ts'
import { parseFlakeReference } from './flake-reference.ts'

/** What the machine in the definition at hand says itself; of the guest's own machine only the image is taken. */
const OWN = new Set(['image', 'hostname'])

/**
 * The image of a NixOS configuration. Nix is asked each time: only it knows whether the flake has changed.
 * @returns undefined when it was never built and `build` is false.
 * @throws MicrovmError NEEDS_NIX, IMAGE_BUILD_FAILED, INTERRUPTED
 */
export const resolveFlake = async (
  reference: string,
  { cache, build, report, signal, env }: ResolveOptions,
): Promise<FilesImage | undefined> => {
  const { flake, name } = parseFlakeReference(reference)
  if (name === undefined)
    throw new MicrovmError('IMAGE_BUILD_FAILED', `image.flake names no configuration: ${reference}`, {
      because: 'A flake can have any number of NixOS configurations.',
      fix: `Write which: "${flake}#NAME", for nixosConfigurations.NAME.`,
    })
  const link = flakePlaces(cache, flake).link(name)
  if (build) await buildGuest(flake, name, cache, { report, signal, ...(env === undefined ? {} : { env }) })
  else if (!existsSync(link)) return undefined
  const machine = Object.values(readBuiltDefinition(link))[0]
  if (machine === undefined)
    throw new MicrovmError('IMAGE_BUILD_FAILED', `${reference} defines no machine.`, {
      fix: "Import this version's guest module (nixosModules.guest) in that configuration.",
    })
  if (build) sayWhatIsNotTaken(machine, report)
  return imageOfBuilt(machine)
}

const sayWhatIsNotTaken = (machine: BuiltMachines[string], report: (line: string) => void): void => {
  const others = Object.keys(machine).filter((key) => !OWN.has(key))
  if (others.length > 0)
    report(
      `the guest has microvm options of its own (${others.join(', ')}); this definition's are used instead`,
    )
}
