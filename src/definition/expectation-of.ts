import type * as z from 'zod'

const TYPES: Record<string, string> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
}

const few = (count: number | bigint, one: string, many: string): string =>
  `${count} ${Number(count) === 1 ? one : many}`

/** Ends of a range in words: "a whole number of at least 1", "a text of at most 20 characters", "a list of at least 1 entry". */
const range = (origin: string, value: unknown, bound: string, limit: number | bigint): string => {
  if (origin === 'string') return `a text of ${bound} ${few(limit, 'character', 'characters')}`
  if (origin === 'array') return `a list of ${bound} ${few(limit, 'entry', 'entries')}`
  return `${Number.isInteger(value) ? 'a whole number' : 'a number'} of ${bound} ${limit}`
}

/** What would have been right, as a noun with its article; where the schema brings words of its own, those. */
export const expectationOf = (issue: z.core.$ZodIssue, value: unknown): string => {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a ${issue.expected}`
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((one) => JSON.stringify(one)).join(', ')}`
    case 'too_small':
      if (issue.inclusive === false) return range(issue.origin, value, 'more than', issue.minimum)
      return range(issue.origin, value, 'at least', issue.minimum)
    case 'too_big':
      return range(issue.origin, value, 'at most', issue.maximum)
    default:
      return issue.message
  }
}
