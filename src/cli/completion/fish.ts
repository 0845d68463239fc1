import type { Verb } from '../verb.ts'
import {
  completedVerbs,
  type CompletedOption,
  firstWords,
  globalOptions,
  LIST_IMAGES,
  LIST_MACHINES,
  secondWords,
} from './words.ts'

/** Completions for fish: put them into ~/.config/fish/completions/microvm.fish */
export const fishCompletion = (verbs: readonly Verb[]): string => {
  const all = completedVerbs(verbs)
  const firsts = firstWords(all)
  const globals = new Set(globalOptions().map(({ long }) => long))
  const groups = firsts.filter(({ name }) => secondWords(all, name).length > 0)
  return [
    '# fish completion of microvm',
    `function __microvm_machines; sh -c ${quoted(LIST_MACHINES)}; end`,
    `function __microvm_images; ${LIST_IMAGES}; end`,
    'complete -c microvm -f',
    ...firsts.map(
      ({ name, summary }) => `complete -c microvm -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...globalOptions().map((option) => `complete -c microvm ${optionText(option)}`),
    ...groups.map(({ name }) => {
      const words = secondWords(all, name).join(' ')
      return `complete -c microvm -n '__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words}' -a '${words}'`
    }),
    ...all.flatMap(({ name, what, options }) => {
      const seen = name
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and ')
      const words = {
        none: undefined,
        machine: '(__microvm_machines)',
        image: '(__microvm_images)',
        shell: 'bash zsh fish',
        verb: firsts.map((first) => first.name).join(' '),
      }[what]
      return [
        ...(words === undefined ? [] : [`complete -c microvm -n '${seen}' -a '${words}'`]),
        ...options
          .filter(({ long }) => !globals.has(long))
          .map((option) => `complete -c microvm -n '${seen}' ${optionText(option)}`),
      ]
    }),
    '',
  ].join('\n')
}

const optionText = ({ long, short, describe, values }: CompletedOption): string => {
  const forms = `-l ${long}${short === undefined ? '' : ` -s ${short}`}`
  return `${forms}${valueText(values)} -d ${quoted(describe)}`
}

const valueText = (values: CompletedOption['values']): string => {
  if (values === undefined) return ''
  if (values === 'file') return ' -r -F'
  return values === 'any' ? ' -x' : ` -x -a '${values.join(' ')}'`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
