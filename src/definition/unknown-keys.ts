import { label } from './label.ts'
import { hintFor } from './microvm-nix-names.ts'
import { nearestWord } from './nearest-word.ts'
import type { Path } from './places-tree.ts'
import { valueAt } from './value-at.ts'
import type { Wrong } from './wrong.ts'

/** A key that means nothing in its table; for a table of microvm.nix we do not have, one problem per key in it. */
export const unknownKeys = (raw: unknown, table: Path, key: string, known: readonly string[]): Wrong[] => {
  const at = [...table, key]
  const value = valueAt(raw, at)
  if (hintFor(at) === undefined && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const inner = Object.keys(value).filter((name) => hintFor([...at, name]) !== undefined)
    if (inner.length > 0) return inner.map((name) => unknownKey([...at, name], []))
  }
  return [unknownKey(at, known)]
}

const unknownKey = (at: Path, known: readonly string[]): Wrong => {
  const hint = hintFor(at)
  const meant = hint === undefined ? nearestWord(String(at.at(-1)), known) : undefined
  return {
    what: 'key',
    ...(meant === undefined ? {} : { meant }),
    problem: {
      code: 'DEFINITION_UNKNOWN_KEY',
      at,
      message: `${label(at)} means nothing here.`,
      ...(hint === undefined ? {} : { because: hint.because }),
      fix: hint?.fix ?? (meant === undefined ? keysHere(known) : `Did you mean "${meant}"?`),
    },
  }
}

const keysHere = (known: readonly string[]): string =>
  known.length === 0
    ? 'Remove it.'
    : `Remove it, or use one of: ${[...new Set(known)].toSorted().join(', ')}.`
