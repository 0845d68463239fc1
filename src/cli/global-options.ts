import type { Options, Values } from './verb.ts'

/** Options every verb takes, before or after the verb. A verb's own short letter wins after the verb (`logs -f`). */
export const GLOBAL_OPTIONS = {
  file: {
    type: 'string',
    short: 'f',
    value: 'FILE',
    describe:
      'the definition (default: ./microvm.toml, ./microvm.json, ./flake.nix, then /etc/microvm/NAME.toml or .json)',
  },
  project: {
    type: 'string',
    short: 'p',
    value: 'NAME',
    describe: 'the project the machines belong to (default: what the definition says, else its path)',
  },
  json: { type: 'boolean', describe: 'print data and errors as JSON on stdout' },
  quiet: { type: 'boolean', short: 'q', describe: 'no progress; lists print names only' },
  verbose: { type: 'boolean', short: 'v', describe: 'say more on stderr' },
  color: {
    type: 'string',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    describe: 'colours and live lines',
  },
  'no-input': { type: 'boolean', describe: 'never ask; questions are answered with no' },
  yes: { type: 'boolean', short: 'y', describe: 'never ask; questions are answered with yes' },
  help: { type: 'boolean', short: 'h', describe: 'explain the verb' },
} as const satisfies Options

export type Globals = Values<typeof GLOBAL_OPTIONS>
