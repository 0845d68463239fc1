import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Everything that is kept of one flake. Nothing else joins these names. */
export const flakePlaces = (cache: string, flake: string) => {
  const folder = join(cache, 'flakes', createHash('sha256').update(flake).digest('hex').slice(0, 32))
  return {
    folder,
    /** Link to the definition of one configuration in the store; Nix takes it as a root and collects nothing it names. */
    link: (name: string) => join(folder, encodeURIComponent(name)),
    /** All its guests in one definition. */
    definition: join(folder, 'microvm.json'),
  }
}
