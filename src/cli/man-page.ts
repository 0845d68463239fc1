import { GLOBAL_OPTIONS } from './global-options.ts'
import { optionRows, words } from './help-text.ts'
import type { Options, Verb } from './verb.ts'

/** microvm(1) in man(7) macros, from what `microvm help` knows. */
export const manPage = (verbs: readonly Verb[], version: string): string =>
  [
    `.TH MICROVM 1 "" "microvm ${version}" "User Commands"`,
    ...section('NAME', [
      'microvm \\- run small virtual machines from a definition, and say when they are ready',
    ]),
    ...section('SYNOPSIS', ['.B microvm', '[\\fIoptions\\fR] \\fIVERB\\fR [\\fINAME\\fR...]']),
    ...section('VERBS', verbs.flatMap(verbLines)),
    ...section('OPTIONS OF EVERY VERB', optionLines(GLOBAL_OPTIONS)),
    ...section('FILES', [
      ...item('microvm.toml, microvm.json', 'the definition in the current directory'),
      ...item(
        '/etc/microvm/NAME.toml, /etc/microvm/NAME.json',
        'machines of the whole system, run by microvm@NAME.service',
      ),
    ]),
    ...section('SEE ALSO', ['systemctl(1), systemd.unit(5)']),
    '',
  ].join('\n')

const verbLines = ({ meta, options }: Verb): string[] => [
  `.SS "${roff(`microvm ${meta.name}${words(meta.positionals)}`)}"`,
  line(`${meta.summary.charAt(0).toUpperCase()}${meta.summary.slice(1)}.`),
  ...(meta.details === undefined
    ? []
    : meta.details.split('\n').map((text) => (text === '' ? '.PP' : line(text)))),
  ...optionLines(options),
  ...(meta.examples === undefined ? [] : ['.PP', '.nf', ...meta.examples.map(line), '.fi']),
]

const optionLines = (options: Options): string[] =>
  optionRows(options).flatMap(([option = '', remark = '']) => item(option.trim(), remark))

const section = (title: string, lines: readonly string[]): string[] => [`.SH ${title}`, ...lines]

const item = (what: string, text: string): string[] => ['.TP', `.B ${roff(what)}`, line(text)]

/** A line of text: one that begins with "." or "'" would be taken for a request (groff_char(7) for the rest). */
const line = (text: string): string => roff(text).replace(/^(?=[.'])/, '\\&')

const roff = (text: string): string =>
  text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq')
