import { table } from '../report/table.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import type { Option, Options, Positionals, Verb } from './verb.ts'

/** What `microvm help` prints. */
export const overview = (verbs: readonly Verb[]): string =>
  [
    'Runs small virtual machines from a definition, and says when they are ready.',
    '',
    'usage: microvm [options] VERB [NAME…]',
    '',
    ...indented(verbs.map(({ meta }) => [meta.name, meta.summary])),
    '',
    'options of every verb',
    ...indented(optionRows(GLOBAL_OPTIONS)),
    '',
    '"microvm help VERB" explains a verb. Start with "microvm doctor" on a new host.',
  ].join('\n')

/** What `microvm help VERB` prints. */
export const helpOf = ({ meta, options }: Verb): string =>
  [
    `${meta.summary.charAt(0).toUpperCase()}${meta.summary.slice(1)}.`,
    '',
    `usage: microvm ${meta.name}${Object.keys(options).length > 0 ? ' [options]' : ''}${words(meta.positionals)}`,
    ...(meta.details === undefined ? [] : ['', meta.details]),
    ...section('options', optionRows(options)),
    ...section('options of every verb', optionRows(GLOBAL_OPTIONS)),
    ...section(
      'examples',
      (meta.examples ?? []).map((example) => [example]),
    ),
  ].join('\n')

/** What `microvm image` prints: the verbs of a group. */
export const groupHelp = (group: readonly Verb[]): string =>
  [
    ...indented(group.map(({ meta }) => [`microvm ${meta.name}`, meta.summary])),
    '',
    `"microvm help ${group[0]?.meta.name}" explains one of them.`,
  ].join('\n')

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...indented(rows)]

const indented = (rows: readonly (readonly string[])[]): string[] => table(rows).map((line) => `  ${line}`)

export const words = ({ what, min, max }: Positionals): string => {
  if (what === 'none') return ''
  const word = { machine: 'NAME', image: 'KEY', shell: 'bash|zsh|fish', verb: 'VERB' }[what]
  if (min === 0) return max === 1 ? ` [${word}]` : ` [${word}…]`
  return max === 1 ? ` ${word}` : ` ${word}…`
}

export const optionRows = (options: Options): string[][] =>
  Object.entries(options).map(([name, option]) => [optionText(name, option), remark(option)])

const optionText = (name: string, { short, type, value, choices }: Option): string => {
  const letter = short === undefined ? '    ' : `-${short}, `
  return `${letter}--${name}${type === 'boolean' ? '' : ` ${value ?? choices?.join('|') ?? 'VALUE'}`}`
}

const remark = ({ describe, choices, value, default: standard }: Option): string => {
  const accepted = choices !== undefined && value !== undefined ? `: ${choices.join(', ')}` : ''
  return `${describe}${accepted}${standard === undefined ? '' : ` (default: ${standard})`}`
}
