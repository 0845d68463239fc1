/** Where in a definition text a problem sits. Lines and columns count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number }

/**
 * One thing that is wrong with what a user wrote.
 * Pure stages return all of them at once; they never throw for a user's mistake.
 */
export type Problem = {
  /** Catalogue code, `AREA_WHAT`. */
  readonly code: ErrorCode
  /** Path of the value within the definition, e.g. `['machines', 'web', 'volumes', 0, 'size']`. */
  readonly at: readonly (string | number)[]
  /** What is wrong, one sentence. */
  readonly message: string
  /** Why it is a mistake, where the message alone does not say it. */
  readonly because?: string
  /** What the user can do. */
  readonly fix: string
  /** Filled in by the front end that knows the text. */
  readonly place?: Place
}

export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export const ok = <T>(value: T, warnings: readonly Problem[] = []): Result<T> => ({
  ok: true,
  value,
  warnings,
})

export const failed = <T>(problems: readonly Problem[]): Result<T> => ({ ok: false, problems })

import type { ErrorCode } from './catalogue.ts'
