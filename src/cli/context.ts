import type { Globals } from './global-options.ts'
import type { Output } from './output.ts'
import type { Verb } from './verb.ts'

/** What a verb may know of the outside. */
export type Context = {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly uid: number
  readonly globals: Globals
  readonly out: Output
  /** All verbs, for those that explain the others. */
  readonly verbs: readonly Verb[]
}
