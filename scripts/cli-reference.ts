import { GLOBAL_OPTIONS } from '../src/cli/global-options.ts'
import type { Option, Options, Verb } from '../src/cli/verb.ts'

const HEAD = `# The command line

<!-- Written by "npm run docs" from src/cli/verbs; a test fails when it is stale. -->

    microvm [options] VERB [NAME…]

stdout is data, stderr is progress: what you pipe is never mixed with what you are told. Verbs can be repeated: \`up\` leaves a machine alone that is
ready, \`down\` one that does not run.

## Output

- At a terminal, machines on their way have one line each that is redrawn as the guest reports its own milestones. Elsewhere every change is a line of its
  own, and a machine that says nothing for 15 s gets a line that it is still on its way.
- Colours: \`--color\` decides; with \`auto\`, \`CLICOLOR_FORCE\` (not 0), then \`NO_COLOR\` (not empty), then \`TERM=dumb\`, then whether it is a terminal. \`CI\` switches off
  redrawn lines.
- What a guest writes to its console or says in its status is freed of escape sequences before it is printed; colours stay at a terminal. Only
  \`microvm console\` passes everything on.
- \`--json\` prints one document, or for \`up\`, \`run\`, \`logs\` and \`events\` one object per line ([state.md](state.md) has the events), never colours. An error is
  \`{"error": {…}}\` on stdout ([errors.md](errors.md)). \`up\` ends with \`{"kind": "summary", "machines": [{"name", "status", "readyAfterMs", "error"}]}\`.
- \`--quiet\` silences progress and makes lists print names only.

## Exit status

[errors.md](errors.md) has the table. \`up\` and \`down\` of several machines end with the highest of all. A signal gives 128 and its number: 130 for
Ctrl-C, 143 for SIGTERM, 141 when nobody reads the output any more.

## Where the definition is looked for

\`--file\`; else \`microvm.toml\`, then \`microvm.json\`, then the guests of \`flake.nix\` ([nix.md](nix.md)) in this folder; else \`/etc/microvm/NAME.toml\`, then \`/etc/microvm/NAME.json\` with the first name given. \`ps\`, \`logs\`, \`events\`, \`wait\`,
\`console\` and \`down NAME\` need no definition: they go by the records of machines.

\`-f\` is \`--file\`, except behind a verb that has its own \`-f\` (\`logs -f\`, \`events -f\`).
`

/** docs/cli.md, from the table of verbs. */
export const cliReference = (verbs: readonly Verb[]): string =>
  [
    HEAD,
    '## Options of every verb',
    '',
    ...optionTable(GLOBAL_OPTIONS),
    '',
    '## Verbs',
    '',
    ...verbs.flatMap(({ meta, options }) => [
      `### ${meta.name}`,
      '',
      `${meta.summary.charAt(0).toUpperCase()}${meta.summary.slice(1)}.`,
      '',
      ...(meta.details === undefined ? [] : [meta.details, '']),
      ...(Object.keys(options).length === 0 ? [] : [...optionTable(options), '']),
      ...(meta.examples === undefined ? [] : [...meta.examples.map((line) => `    ${line}`), '']),
    ]),
  ].join('\n')

const optionTable = (options: Options): string[] => [
  '| option | what |',
  '|---|---|',
  ...Object.entries(options).map(([name, option]) => `| ${forms(name, option)} | ${remark(option)} |`),
]

const forms = (name: string, { short, type, value }: Option): string => {
  const argument = type === 'boolean' ? '' : ` ${value ?? 'VALUE'}`
  return [...(short === undefined ? [] : [`\`-${short}\``]), `\`--${name}${argument}\``].join(', ')
}

const remark = ({ describe, choices, default: standard }: Option): string => {
  const accepted =
    choices === undefined ? '' : `; one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`
  return `${describe}${accepted}${standard === undefined ? '' : ` (default: \`${standard}\`)`}`.replaceAll(
    '|',
    '\\|',
  )
}
