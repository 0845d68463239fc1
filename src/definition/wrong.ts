import type { Problem } from '../errors/problem.ts'

/** A problem before it has a place; `what` says whether the value or its key is to be pointed at. */
export type Wrong = {
  readonly problem: Problem
  readonly what: 'value' | 'key'
  /** The key a misspelt one was probably meant to be. */
  readonly meant?: string
  /** The value is not there at all. */
  readonly missing?: true
}
