import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Units as the NixOS module renders them, by name (test/nix/guests.nix). */
export type RenderedUnits = Readonly<
  Record<string, { readonly text: string; readonly aliases: readonly string[]; readonly dropIn: boolean }>
>

/** Puts units into a directory as NixOS lays them out below /etc/systemd/system. `adapt` makes them fit a host without the store. */
export const writeUnits = (folder: string, units: RenderedUnits, adapt: (text: string) => string): void => {
  for (const [name, { text, aliases, dropIn }] of Object.entries(units)) {
    if (dropIn) mkdirSync(join(folder, `${name}.d`), { recursive: true })
    writeFileSync(join(folder, dropIn ? `${name}.d/overrides.conf` : name), adapt(text))
    for (const alias of aliases) symlinkSync(name, join(folder, alias))
  }
}
