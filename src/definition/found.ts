import type { Path } from './places-tree.ts'

const SHOWN = 40

/** A value as a message shows it: short, and never the value of a credential or a password. */
export const found = (value: unknown, at: Path): string => {
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'object' && value !== null) return 'a table'
  if (at.includes('credentials') || at.includes('rootPassword')) return kindOf(value)
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
  return String(value)
}

const kindOf = (value: unknown): string =>
  typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'true or false' : 'a number'
