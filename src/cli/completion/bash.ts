import type { Verb } from '../verb.ts'
import {
  completedVerbs,
  type CompletedVerb,
  firstWords,
  globalOptions,
  LIST_IMAGES,
  LIST_MACHINES,
  secondWords,
} from './words.ts'

/** A completion script for bash 4 and newer; needs nothing of bash-completion. */
export const bashCompletion = (verbs: readonly Verb[]): string => {
  const all = completedVerbs(verbs)
  const firsts = firstWords(all).map(({ name }) => name)
  const groups = firsts.filter((first) => secondWords(all, first).length > 0)
  return `# bash completion of microvm; source it, or put it into ~/.local/share/bash-completion/completions/microvm
_microvm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb= word skip= i
  COMPREPLY=()
  # "--for=ready" arrives as three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      ${valueTakers(globalOptions())}) [[ -z $verb ]] && skip=1 ;;
      -*|=) ;;
      *) if [[ -z $verb ]]; then verb=$word; ${groups.length === 0 ? '' : `elif [[ " ${groups.join(' ')} " == *" $verb "* ]]; then verb="$verb $word"; `}fi ;;
    esac
  done
  case "$verb $prev" in
${optionValues(all)}
  esac
  if [[ $cur == -* ]]; then
    case $verb in
${all.map((verb) => `      ${word(verb.name)}) COMPREPLY=($(compgen -W '${optionWords(verb.options)}' -- "$cur")) ;;`).join('\n')}
      *) COMPREPLY=($(compgen -W '${optionWords(globalOptions())}' -- "$cur")) ;;
    esac
    return
  fi
  case $verb in
    '') COMPREPLY=($(compgen -W '${firsts.join(' ')}' -- "$cur")) ;;
${groups.map((group) => `    ${group}) COMPREPLY=($(compgen -W '${secondWords(all, group).join(' ')}' -- "$cur")) ;;`).join('\n')}
${all.flatMap((verb) => namesCase(verb, firsts)).join('\n')}
  esac
}
complete -F _microvm microvm
`
}

const word = (name: string): string => (name.includes(' ') ? `'${name}'` : name)

const optionWords = (options: CompletedVerb['options']): string =>
  options.flatMap(({ long, short }) => [...(short === undefined ? [] : [`-${short}`]), `--${long}`]).join(' ')

const valueTakers = (options: CompletedVerb['options']): string =>
  options
    .filter(({ values }) => values !== undefined)
    .flatMap(({ long, short }) => [...(short === undefined ? [] : [`-${short}`]), `--${long}`])
    .join('|')

const optionValues = (verbs: readonly CompletedVerb[]): string =>
  [...verbs, { name: '', options: globalOptions() }]
    .flatMap(({ name, options }) =>
      options
        .filter(({ values }) => values !== undefined)
        .map((option) => {
          const patterns = [
            `'${name} --${option.long}'`,
            ...(option.short === undefined ? [] : [`'${name} -${option.short}'`]),
          ]
          return `    ${patterns.join('|')}) ${reply(option.values ?? 'any')} return ;;`
        }),
    )
    .join('\n')

const reply = (values: readonly string[] | 'file' | 'any'): string => {
  if (values === 'any') return ''
  if (values === 'file') return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"));'
  return `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur"));`
}

const namesCase = (verb: CompletedVerb, firsts: readonly string[]): string[] => {
  const words = {
    none: undefined,
    machine: `$(${LIST_MACHINES})`,
    image: `$(${LIST_IMAGES})`,
    shell: 'bash zsh fish',
    verb: firsts.join(' '),
  }[verb.what]
  return words === undefined
    ? []
    : [`    ${word(verb.name)}) COMPREPLY=($(compgen -W "${words}" -- "$cur")) ;;`]
}
