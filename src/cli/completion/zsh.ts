import type { Verb } from '../verb.ts'
import {
  completedVerbs,
  type CompletedOption,
  type CompletedVerb,
  firstWords,
  globalOptions,
  LIST_IMAGES,
  LIST_MACHINES,
  secondWords,
} from './words.ts'

/** A completion function for zsh: put it into a folder of $fpath as _microvm. */
export const zshCompletion = (verbs: readonly Verb[]): string => {
  const all = completedVerbs(verbs)
  const firsts = firstWords(all)
  const plain = all.filter(({ name }) => !name.includes(' '))
  const groups = firsts.filter(({ name }) => secondWords(all, name).length > 0)
  return `#compdef microvm
_microvm_machines() { local -a names; names=(\${(f)"$(${LIST_MACHINES})"}); compadd -a names }
_microvm_images() { local -a names; names=(\${(f)"$(${LIST_IMAGES})"}); compadd -a names }

_microvm() {
  local curcontext=$curcontext state line
  local -a verbs
  verbs=(
${firsts.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _arguments -C \\
${globalOptions().map(argument).join('\n')}
    '1:verb:->verb' '*::argument:->arguments'
  case $state in
    verb) _describe verb verbs ;;
    arguments)
      case $line[1] in
${plain.map((verb) => `        ${verb.name}) _arguments \\\n${verb.options.map(argument).join('\n')}\n          ${names(verb, firsts)} ;;`).join('\n')}
${groups.map(({ name }) => groupCase(name, all, firsts)).join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _microvm ]]; then _microvm "$@"; else compdef _microvm microvm; fi
`
}

const groupCase = (
  group: string,
  all: readonly CompletedVerb[],
  firsts: readonly { name: string }[],
): string => {
  const cases = secondWords(all, group).map((second) => {
    const verb = all.find(({ name }) => name === `${group} ${second}`)
    const found = verb ?? { what: 'none' as const, options: [] }
    return `            ${second}) _arguments \\\n${found.options.map(argument).join('\n')}\n              '1:: :' ${names(found, firsts)} ;;`
  })
  return `        ${group})
          if (( CURRENT == 2 )); then compadd ${secondWords(all, group).join(' ')}; else
          case $line[2] in
${cases.join('\n')}
          esac; fi ;;`
}

const argument = ({ long, short, describe, values }: CompletedOption): string => {
  const value = values === undefined ? '' : `:value:${action(values)}`
  const text = `[${describe.replaceAll(/[[\]:]/g, ' ')}]${value}`
  const forms = [`--${long}${values === undefined ? '' : '='}`, ...(short === undefined ? [] : [`-${short}`])]
  return forms.map((form) => `    ${quoted(`${form}${text}`)} \\`).join('\n')
}

const action = (values: NonNullable<CompletedOption['values']>): string => {
  if (values === 'file') return '_files'
  return values === 'any' ? ' ' : `(${values.join(' ')})`
}

const names = ({ what }: Pick<CompletedVerb, 'what'>, firsts: readonly { name: string }[]): string =>
  ({
    none: "'*: :'",
    machine: "'*:machine:_microvm_machines'",
    image: "'*:image:_microvm_images'",
    shell: "'1:shell:(bash zsh fish)'",
    verb: `'1:verb:(${firsts.map(({ name }) => name).join(' ')})'`,
  })[what]

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
