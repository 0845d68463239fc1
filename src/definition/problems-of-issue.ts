import type * as z from 'zod'
import { closestBranch } from './closest-branch.ts'
import { expectationOf } from './expectation-of.ts'
import { found } from './found.ts'
import { label } from './label.ts'
import { machineHint } from './microvm-nix-names.ts'
import { nearestWord } from './nearest-word.ts'
import type { Path } from './places-tree.ts'
import { descriptionAt, isWholeAt, keysAt } from './schema-at.ts'
import { Definition } from './schema.ts'
import { unknownKeys } from './unknown-keys.ts'
import { valueAt } from './value-at.ts'
import type { Wrong } from './wrong.ts'

/** One issue of zod → what a person reads. `raw` is the parsed definition, `base` where the issue's path starts. */
export const problemsOfIssue = (issue: z.core.$ZodIssue, raw: unknown, base: Path = []): Wrong[] => {
  const at = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.flatMap((key) => unknownKeys(raw, at, key, keysAt(Definition, at)))
  if (issue.code === 'invalid_key') return [wrongKey(at, issue.issues[0]?.message ?? 'a valid name')]
  const value = valueAt(raw, at)
  if (value === undefined) return [missing(at, expectation(at, value, issue))]
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue, value, at)
    if (branch?.kind === 'issues') return branch.issues.flatMap((inner) => problemsOfIssue(inner, raw, at))
    if (branch?.kind === 'unknown')
      return branch.keys.flatMap((key) => unknownKeys(raw, at, key, keysAt(Definition, at)))
    if (branch?.kind === 'both') return [both(at, branch.keys)]
  }
  return [wrongValue(at, value, issue)]
}

const expectation = (at: Path, value: unknown, issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.expected === 'number' && isWholeAt(Definition, at)
    ? 'a whole number'
    : expectationOf(issue, value)

const wrongValue = (at: Path, value: unknown, issue: z.core.$ZodIssue): Wrong => {
  const right = expectation(at, value, issue)
  const hint = machineHint(at, value)
  const near =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? nearestWord(value, issue.values.map(String))
      : undefined
  return {
    what: 'value',
    problem: {
      code: 'DEFINITION_VALUE',
      at,
      message: `${label(at)} is ${found(value, at)}, not ${right}.`,
      ...reason(at),
      fix: hint ?? (near === undefined ? howTo(at, value, issue, right) : `Did you mean "${near}"?`),
    },
  }
}

const howTo = (at: Path, value: unknown, issue: z.core.$ZodIssue, right: string): string => {
  if (issue.code === 'invalid_type' && typeof value === 'string' && !at.includes('credentials')) {
    const number = issue.expected === 'number' || issue.expected === 'int'
    if ((number && /^\d+$/.test(value)) || (issue.expected === 'boolean' && /^(true|false)$/.test(value)))
      return `Write ${value} without quotes.`
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof value === 'object')
    return `Write a list: in TOML the header of each entry has double brackets, [[${at.join('.')}]].`
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof value === 'string')
    return `Write a list: ["${value}"].`
  return `Write ${right}.`
}

const missing = (at: Path, right: string): Wrong => ({
  what: 'value',
  missing: true,
  problem: {
    code: 'DEFINITION_VALUE',
    at,
    message: `${label(at)} is missing.`,
    ...reason(at),
    fix:
      at.length === 1 && at[0] === 'machines'
        ? 'Define a machine: a table [machines.NAME] with its image.'
        : `Add "${at.at(-1)}" to ${label(at.slice(0, -1))}: ${right}.`,
  },
})

const wrongKey = (at: Path, expectation: string): Wrong => ({
  what: 'key',
  problem: {
    code: 'DEFINITION_VALUE',
    at,
    message: `The name ${JSON.stringify(at.at(-1))} in ${label(at.slice(0, -1))} is not ${expectation}.`,
    fix: `Write ${expectation}.`,
  },
})

const both = (at: Path, keys: readonly string[]): Wrong => ({
  what: 'value',
  problem: {
    code: 'DEFINITION_CLASH',
    at,
    message: `${label(at)} has ${keys.map((key) => `"${key}"`).join(' and ')}, which exclude each other.`,
    ...reason(at),
    fix: `Keep one of ${keys.map((key) => `"${key}"`).join(', ')}.`,
  },
})

const reason = (at: Path): { because?: string } => {
  const because = descriptionAt(Definition, at)
  return because === undefined ? {} : { because }
}
