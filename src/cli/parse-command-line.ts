import { parseArgs } from 'node:util'
import { MicrovmError } from '../errors/microvm-error.ts'
import { nearestWord } from '../definition/nearest-word.ts'
import { WORDS_OF_OTHERS } from './words-of-others.ts'
import { GLOBAL_OPTIONS, type Globals } from './global-options.ts'
import type { Input, Options, Verb } from './verb.ts'

export type CommandLine = {
  readonly verb: Verb | undefined
  /** Verbs of a group of which only the first word was typed: `microvm image`. */
  readonly group?: readonly Verb[]
  readonly globals: Globals
  readonly input: Input
}

type Parsed = { readonly values: Record<string, string | boolean | undefined>; readonly words: string[] }

/** argv (without node and the script) → which verb, with which options and names. Throws USAGE. */
export const parseCommandLine = (argv: readonly string[], verbs: readonly Verb[]): CommandLine => {
  const at = indexOfVerb(argv)
  const version = verbs.find(({ meta }) => meta.name === 'version')
  if (version !== undefined && argv.slice(0, at).some((word) => word === '--version' || word === '-V'))
    return { verb: version, globals: withDefaults({}, GLOBAL_OPTIONS), input: { options: {}, names: [] } }
  const before = parse(argv.slice(0, at), GLOBAL_OPTIONS, undefined).values
  if (at >= argv.length)
    return {
      verb: undefined,
      globals: withDefaults(before, GLOBAL_OPTIONS),
      input: { options: {}, names: [] },
    }

  const group = groupOf(argv.slice(at), verbs)
  if (group !== undefined) {
    const { values } = parse(argv.slice(at + 1), GLOBAL_OPTIONS, undefined)
    const globals = withDefaults<Globals>({ ...before, ...values }, GLOBAL_OPTIONS)
    return { verb: undefined, group, globals, input: { options: {}, names: [] } }
  }
  const { verb, rest } = findVerb(argv.slice(at), verbs)
  const { values, words } = parse(rest, { ...shadowed(verb.options), ...verb.options }, verb)
  const globals = withDefaults<Globals>({ ...before, ...values }, GLOBAL_OPTIONS)
  if (!globals.help) checkWords(verb, words)
  return { verb, globals, input: { options: withDefaults(values, verb.options), names: words } }
}

/** The first word that is neither a global option nor its value. */
const indexOfVerb = (argv: readonly string[]): number => {
  let index = 0
  while (index < argv.length) {
    const arg = argv[index] ?? ''
    if (!arg.startsWith('-') || arg === '-') break
    const takesValue = Object.entries<Options[string]>(GLOBAL_OPTIONS).some(
      ([name, option]) => option.type === 'string' && (arg === `--${name}` || arg === `-${option.short}`),
    )
    index += takesValue ? 2 : 1
  }
  return Math.min(index, argv.length)
}

/** The verbs of a group, where nothing but options follows its name. */
const groupOf = (
  [first, ...rest]: readonly string[],
  verbs: readonly Verb[],
): readonly Verb[] | undefined => {
  if (rest.some((word) => !word.startsWith('-')) || verbs.some(({ meta }) => meta.name === first))
    return undefined
  const group = verbs.filter(({ meta }) => meta.name.startsWith(`${first} `))
  return group.length === 0 ? undefined : group
}

const findVerb = (
  argv: readonly string[],
  verbs: readonly Verb[],
): { verb: Verb; rest: readonly string[] } => {
  for (const count of [2, 1]) {
    const name = argv.slice(0, count).join(' ')
    const verb = verbs.find(({ meta }) => meta.name === name)
    if (verb !== undefined) return { verb, rest: argv.slice(count) }
  }
  const group = verbs.filter(({ meta }) => meta.name.startsWith(`${argv[0]} `)).map(({ meta }) => meta.name)
  if (group.length > 0)
    throw new MicrovmError('USAGE', `There is no "microvm ${argv[0]} ${argv[1]}".`, {
      fix: group.map((name) => `microvm ${name}`).join('\n'),
    })
  throw new MicrovmError('USAGE', `There is no verb "${argv[0]}".`, {
    fix: `${
      WORDS_OF_OTHERS[argv[0] ?? ''] ??
      suggestion(
        argv[0] ?? '',
        verbs.map(({ meta }) => meta.name),
        'microvm ',
      )
    }"microvm help" lists all verbs.`,
  })
}

/** The global options without the short letters a verb uses for itself. */
const shadowed = (own: Options): Options => {
  const taken = new Set(Object.values(own).map(({ short }) => short))
  return Object.fromEntries(
    Object.entries<Options[string]>(GLOBAL_OPTIONS).map(([name, option]) => {
      const { short, ...rest } = option
      return [name, short === undefined || taken.has(short) ? rest : option]
    }),
  )
}

const parse = (args: readonly string[], options: Options, verb: Verb | undefined): Parsed => {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: config,
      strict: true,
      allowPositionals: true,
    })
    for (const [name, value] of Object.entries(values)) checkChoice(name, options[name]?.choices, value)
    return { values: values as Parsed['values'], words: positionals }
  } catch (error) {
    if (error instanceof MicrovmError) throw error
    throw usageOf(error, Object.keys(options), verb)
  }
}

const checkChoice = (name: string, choices: readonly string[] | undefined, value: unknown): void => {
  if (choices === undefined || choices.includes(String(value))) return
  throw new MicrovmError('USAGE', `--${name} cannot be "${String(value)}".`, {
    fix: `Use one of: ${choices.join(', ')}.`,
  })
}

/** parseArgs throws TypeErrors with codes ERR_PARSE_ARGS_*; their text is for programmers. */
const usageOf = (error: unknown, names: readonly string[], verb: Verb | undefined): unknown => {
  if (
    !(error instanceof TypeError) ||
    !('code' in error) ||
    !String(error.code).startsWith('ERR_PARSE_ARGS_')
  )
    return error
  const help = `"microvm ${verb === undefined ? 'help' : `help ${verb.meta.name}`}" lists the options.`
  const unknown = /^Unknown option '(-[^']*)'/.exec(error.message)?.[1]
  if (unknown === undefined)
    return new MicrovmError('USAGE', error.message.replaceAll('\n', ' '), { fix: help, cause: error })
  return new MicrovmError(
    'USAGE',
    `There is no option ${unknown}${verb === undefined ? '' : ` of "microvm ${verb.meta.name}"`}.`,
    {
      fix: suggestion(unknown.replace(/^-+/, ''), names, '--') + help,
      cause: error,
    },
  )
}

const suggestion = (typed: string, known: readonly string[], prefix: string): string => {
  const near = nearestWord(typed, known)
  return near === undefined ? '' : `Did you mean "${prefix}${near}"? `
}

const checkWords = (verb: Verb, words: readonly string[]): void => {
  const { what, min, max } = verb.meta.positionals
  const fix = `See "microvm help ${verb.meta.name}".`
  if (words.length < min)
    throw new MicrovmError('USAGE', `"microvm ${verb.meta.name}" needs the name of a ${what}.`, { fix })
  if (words.length > max)
    throw new MicrovmError(
      'USAGE',
      `"microvm ${verb.meta.name}" does not know what to do with "${words[max]}".`,
      {
        fix,
      },
    )
}

const withDefaults = <T>(values: Parsed['values'], options: Options): T =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      values[name] ?? (option.type === 'boolean' ? false : option.default),
    ]),
  ) as T
