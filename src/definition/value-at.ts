import type { Path } from './places-tree.ts'

/** What stands at a path of a parsed text; `undefined` if nothing does. */
export const valueAt = (raw: unknown, at: Path): unknown =>
  at.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    raw,
  )
