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

/**
 * Values of TOML and JSON that no request body can carry: hypervisors get JSON, whose numbers JavaScript reads as doubles (RFC 8259, section 6), and
 * which has no dates. Only `extraConfig` takes any value at all; elsewhere the schema has refused them.
 */
export const inexactValues = (value: unknown, at: Path = []): Wrong[] => {
  if (typeof value === 'bigint') return [inexact(at, String(value))]
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? []
      : [inexact(at, String(value))]
  if (value instanceof Date) return [inexact(at, 'a date')]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => inexactValues(item, [...at, index]))
  return Object.entries(value).flatMap(([key, item]) => inexactValues(item, [...at, key]))
}

const inexact = (at: Path, what: string): Wrong => ({
  what: 'value',
  problem: {
    code: 'DEFINITION_VALUE',
    at,
    message: `${label(at)} is ${what}, which cannot be passed on exactly.`,
    because:
      'It is passed on as JSON: whole numbers are exact up to 9007199254740991 (2^53 - 1), and there are no dates, inf or nan.',
    fix: 'Write a smaller number, or a text in quotes where the hypervisor takes one.',
  },
})

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
