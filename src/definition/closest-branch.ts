import * as z from 'zod'
import type { Path } from './places-tree.ts'
import { branchesOf, schemasAt } from './schema-at.ts'
import { Definition } from './schema.ts'

type Closest =
  | { readonly kind: 'issues'; readonly issues: readonly z.core.$ZodIssue[] }
  | { readonly kind: 'unknown'; readonly keys: readonly string[] }
  | { readonly kind: 'both'; readonly keys: readonly string[] }

/**
 * Of the kinds of table a value may be, the one its keys fit best, so that one mistake is reported and not one per kind.
 * `undefined`: the value is no table, or none is expected; the union's own message says what is.
 */
export const closestBranch = (
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
  at: Path,
): Closest | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys = Object.keys(value)
  const branches = schemasAt(Definition, at)
    .flatMap((schema) => branchesOf(schema))
    .map((branch) => (branch instanceof z.ZodObject ? Object.keys(branch.shape) : undefined))
  if (branches.length !== issue.errors.length) return undefined
  const tables = branches.flatMap((known, index) =>
    known === undefined ? [] : [{ index, known, hits: keys.filter((key) => known.includes(key)) }],
  )
  const [best] = tables.toSorted((a, b) => b.hits.length - a.hits.length)
  if (best === undefined || keys.length === 0) return undefined
  if (best.hits.length === 0) return { kind: 'unknown', keys }
  const elsewhere = keys.filter(
    (key) => !best.known.includes(key) && tables.some((table) => table.known.includes(key)),
  )
  if (elsewhere.length > 0) return { kind: 'both', keys: [...best.hits, ...elsewhere] }
  return { kind: 'issues', issues: issue.errors[best.index] ?? [] }
}
