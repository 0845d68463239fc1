import type { Problem } from '../errors/problem.ts'
import type { Locate } from './places-tree.ts'
import type { Definition } from './schema.ts'

/**
 * What a definition text says, as far as its shape is right. `completeDefinition` goes on with it and reports
 * `problems` together with its own, so that a user sees everything that is wrong at once.
 */
export type Decoded = {
  /** Without what `problems` names: of a machine with a wrong `mem`, everything but `mem`. */
  readonly definition: Definition
  readonly locate: Locate
  /** Unknown keys, wrong types, values out of range, missing values; each with its place. */
  readonly problems: readonly Problem[]
  /** By machine, the keys whose values are wrong and left out of `definition`. */
  readonly broken: ReadonlyMap<string, ReadonlySet<string>>
  /** All machines the text names, those that are no tables included. */
  readonly names: readonly string[]
}
