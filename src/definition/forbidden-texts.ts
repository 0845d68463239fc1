import type { Path } from './places-tree.ts'
import { label } from './label.ts'
import type { Wrong } from './wrong.ts'

/**
 * What no text of a definition may hold, wherever it stands: NUL ends a string in every interface below us (argv, paths,
 * SMBIOS), and `__proto__` is no ordinary key in JavaScript, so that a table of that name would be lost without a word.
 */
export const forbiddenTexts = (value: unknown, at: Path = []): Wrong[] => {
  if (typeof value === 'string') return value.includes('\0') ? [nul(at, 'value', 'The text of')] : []
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => forbiddenTexts(item, [...at, index]))
  return Object.entries(value).flatMap(([key, item]) => {
    const here = [...at, key]
    if (key.includes('\0')) return [nul(here, 'key', 'The key')]
    return key === '__proto__' ? [proto(here)] : forbiddenTexts(item, here)
  })
}

const nul = (at: Path, what: 'key' | 'value', subject: string): Wrong => ({
  what,
  problem: {
    code: 'DEFINITION_VALUE',
    at,
    message: `${subject} ${label(at)} contains a NUL character.`,
    because: 'Arguments, paths and SMBIOS strings end at the first NUL, so the rest would be lost.',
    fix: 'Remove the NUL. For binary data, use a credential with { file = "…" }.',
  },
})

const proto = (at: Path): Wrong => ({
  what: 'key',
  problem: {
    code: 'DEFINITION_UNKNOWN_KEY',
    at,
    message: `${label(at)} means nothing here.`,
    fix: 'Remove it or choose another name.',
  },
})
