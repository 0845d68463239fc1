/** An option as test/nix/options.nix tells it. */
type Option = { readonly path: string; readonly description: string; readonly type: string }
export type NixOptions = Readonly<Record<'machine' | 'guest' | 'host', readonly Option[]>>

const HEAD = `# Options of the NixOS modules

<!-- Written by "npm run docs:nix" from nixos-modules; test/nix/reference.test.ts fails when it is stale. -->

[Nix](nix.md) explains how they are used. \`[]\` stands for an item of a list, \`*\` for a name. What is left out is left to the engine, whose
defaults the descriptions name.
`

const part = (title: string, text: string, options: readonly Option[]): string =>
  [`## ${title}`, '', text, '', ...options.flatMap(entry)].join('\n')

const entry = ({ path, description, type }: Option): string[] => [
  `### \`microvm.${path}\``,
  '',
  description.replaceAll(/\s+/g, ' ').trim(),
  '',
  `Type: \`${type}\``,
  '',
]

/** docs/nix-options.md */
export const nixReference = ({ machine, guest, host }: NixOptions): string =>
  [
    HEAD,
    part(
      'The machine',
      'In a guest. The fields of a definition ([definition.md](definition.md)), by the same names.',
      machine,
    ),
    part('The guest module', 'In a guest: how it is built, and what comes out.', guest),
    part('The host module', 'On a NixOS host.', host),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
