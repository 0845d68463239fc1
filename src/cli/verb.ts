import type { Context } from './context.ts'

/** One option of a verb; parsed by `node:util` parseArgs, and the source of help and completion. */
export type Option = {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** One line for help and completion. */
  readonly describe: string
  /** What the value is called in help, e.g. `FILE`. */
  readonly value?: string
  /** The only values accepted; completed by the shell. */
  readonly choices?: readonly string[]
  readonly default?: string
}

export type Options = Readonly<Record<string, Option>>

export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { type: 'boolean' }
    ? boolean
    : O[K] extends { choices: readonly (infer C)[]; default: string }
      ? C
      : O[K] extends { default: string }
        ? string
        : O[K] extends { choices: readonly (infer C)[] }
          ? C | undefined
          : string | undefined
}

/** What the words after the verb are; decides how many are accepted and how the shell completes them. */
export type Positionals = {
  readonly what: 'none' | 'machine' | 'image' | 'shell' | 'verb'
  readonly min: number
  readonly max: number
}

export type Meta = {
  /** As typed; two words for a verb of a group, e.g. `image build`. */
  readonly name: string
  readonly summary: string
  readonly positionals: Positionals
  /** A machine depends on this process: it must go on when nobody reads what it prints, or when that cannot be written. */
  readonly outlivesOutput?: true
  /** Paragraphs for `microvm help VERB`. */
  readonly details?: string
  readonly examples?: readonly string[]
}

export type Input<O extends Options = Options> = {
  readonly options: Values<O>
  readonly names: readonly string[]
}

/** A command. `run` returns the exit status, and throws MicrovmError for what went wrong. */
export type Verb = {
  readonly meta: Meta
  readonly options: Options
  readonly run: (context: Context, input: never) => Promise<number>
}

/** Ties the type of `run`'s input to the options beside it. */
export const defineVerb = <const O extends Options>(verb: {
  readonly meta: Meta
  readonly options: O
  readonly run: (context: Context, input: Input<O>) => Promise<number>
}): Verb => verb

export const NO_NAMES: Positionals = { what: 'none', min: 0, max: 0 }
export const ONE_MACHINE: Positionals = { what: 'machine', min: 1, max: 1 }
export const ANY_MACHINES: Positionals = { what: 'machine', min: 0, max: Number.POSITIVE_INFINITY }
export const SOME_MACHINES: Positionals = { what: 'machine', min: 1, max: Number.POSITIVE_INFINITY }
