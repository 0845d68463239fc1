/** Both commands are still called experimental (nix.conf(5)), and are off where nobody has switched them on. */
const FEATURES = ['--extra-experimental-features', 'nix-command flakes']

/** The definition a configuration yields, from nixos-modules/guest. */
const definitionOf = (flake: string, name: string): string =>
  `${flake}#nixosConfigurations.${JSON.stringify(name)}.config.microvm.definition`

/** `nix build`: `link` will point to the definition, and keeps everything it names from the garbage collector. */
export const buildArguments = (flake: string, name: string, link: string): string[] => [
  'build',
  ...FEATURES,
  '--out-link',
  link,
  definitionOf(flake, name),
]

/** Configurations of a flake that are guests, as a JSON list of names. */
export const guestsArguments = (flake: string): string[] => [
  'eval',
  ...FEATURES,
  '--json',
  '--apply',
  'all: builtins.filter (name: all.${name}.config ? microvm.definition) (builtins.attrNames all)',
  `${flake}#nixosConfigurations`,
]
