import { GLOBAL_OPTIONS } from '../global-options.ts'
import type { Option, Options, Verb } from '../verb.ts'

/** What the shells need to know of one verb, ready to be quoted. */
export type CompletedVerb = {
  readonly name: string
  readonly summary: string
  readonly what: Verb['meta']['positionals']['what']
  readonly options: readonly CompletedOption[]
}

export type CompletedOption = {
  readonly long: string
  readonly short: string | undefined
  readonly describe: string
  /** Undefined: takes no value. `file`: a path. */
  readonly values: readonly string[] | 'file' | 'any' | undefined
}

export const completedVerbs = (verbs: readonly Verb[]): CompletedVerb[] =>
  verbs.map(({ meta, options }) => ({
    name: meta.name,
    summary: meta.summary,
    what: meta.positionals.what,
    options: [...completedOptions(options), ...globalOptions(options)],
  }))

/** The global ones; a short letter the verb uses itself is left out. */
export const globalOptions = (own: Options = {}): CompletedOption[] => {
  const taken = Object.values(own).map(({ short }) => short)
  return completedOptions(GLOBAL_OPTIONS).map((option) =>
    taken.includes(option.short) ? { ...option, short: undefined } : option,
  )
}

const completedOptions = (options: Options): CompletedOption[] =>
  Object.entries(options).map(([long, option]) => ({
    long,
    short: option.short,
    describe: option.describe,
    values: valuesOf(option),
  }))

const valuesOf = ({ type, choices, value }: Option): CompletedOption['values'] => {
  if (type === 'boolean') return undefined
  return choices ?? (value === 'FILE' ? 'file' : 'any')
}

/** First words of the verbs, groups once. */
export const firstWords = (verbs: readonly CompletedVerb[]): { name: string; summary: string }[] => [
  ...new Map(
    verbs.map(({ name, summary }) => {
      const [first = name, second] = name.split(' ')
      return [
        first,
        {
          name: first,
          summary: second === undefined ? summary : `${first}s: ${secondWords(verbs, first).join(', ')}`,
        },
      ]
    }),
  ).values(),
]

/** `build`, `ls` … of a group; empty for a plain verb. */
export const secondWords = (verbs: readonly CompletedVerb[], first: string): string[] =>
  verbs
    .map(({ name }) => name.split(' '))
    .flatMap(([one, two]) => (one === first && two !== undefined ? [two] : []))

/**
 * Lists machines for a shell: those with a record and those of the definition in this folder.
 * What they cannot read is left out, and a flake is not evaluated for it.
 */
export const LIST_MACHINES =
  '{ microvm ps --all --quiet; microvm validate --built --quiet; } 2>/dev/null | sort -u'
export const LIST_IMAGES = 'microvm image ls --quiet 2>/dev/null'
