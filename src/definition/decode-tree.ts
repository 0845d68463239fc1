import type * as z from 'zod'
import { type Problem, type Result, failed, ok } from '../errors/problem.ts'
import type { Decoded } from './decoded.ts'
import { forbiddenTexts, inexactValues } from './forbidden-values.ts'
import { problemsOfIssue } from './problems-of-issue.ts'
import type { Wrong } from './wrong.ts'
import type { Locate } from './places-tree.ts'
import { Definition } from './schema.ts'

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Checks the shape of a parsed definition; fails only where nothing is left that could be looked at further. */
export const decodeTree = (raw: unknown, locate: Locate): Result<Decoded> => {
  const parsed = Definition.safeParse(raw)
  const shape = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue: z.core.$ZodIssue) => problemsOfIssue(issue, raw))
  const said = new Set(shape.map(({ problem }) => JSON.stringify(problem.at)))
  const wrong = withoutEchoes([
    ...forbiddenTexts(raw),
    // The schema knows better what would have been right.
    ...inexactValues(raw).filter(({ problem }) => !said.has(JSON.stringify(problem.at))),
    ...shape,
  ])
  const names = isTree(raw) && isTree(raw['machines']) ? Object.keys(raw['machines']) : []
  const placed = wrong.map((one) => place(one, locate))
  if (parsed.success && wrong.length === 0)
    return ok({ definition: parsed.data, locate, problems: [], broken: new Map(), names })
  const broken = brokenKeys(wrong)
  const rest = Definition.safeParse(withoutBroken(raw, broken))
  if (!rest.success) return failed(placed)
  return ok({ definition: rest.data, locate, problems: placed, broken, names })
}

/** A missing key whose misspelt form is there is one mistake, not two. */
const withoutEchoes = (wrong: readonly Wrong[]): Wrong[] => {
  const meant = new Set(
    wrong.flatMap(({ problem, meant }) =>
      meant === undefined ? [] : [JSON.stringify([...problem.at.slice(0, -1), meant])],
    ),
  )
  return wrong.filter(({ missing, problem }) => missing !== true || !meant.has(JSON.stringify(problem.at)))
}

const place = ({ problem, what }: Wrong, locate: Locate): Problem => {
  const found = locate(problem.at, what)
  return found === undefined ? problem : { ...problem, place: found }
}

/** A misspelt key breaks the key it was meant to be, too. A machine that is wrong as a whole has `*`. */
const brokenKeys = (wrong: readonly Wrong[]): Map<string, Set<string>> => {
  const broken = new Map<string, Set<string>>()
  for (const { problem, meant } of wrong) {
    const [root, machine, key = '*'] = problem.at.map(String)
    if (root !== 'machines' || machine === undefined) continue
    const keys = broken.get(machine) ?? new Set()
    keys.add(key)
    if (meant !== undefined && problem.at.length === 3) keys.add(meant)
    broken.set(machine, keys)
  }
  return broken
}

const withoutBroken = (raw: unknown, broken: ReadonlyMap<string, ReadonlySet<string>>): Tree => {
  const machines = isTree(raw) && isTree(raw['machines']) ? raw['machines'] : {}
  const kept = Object.entries(machines).flatMap(([name, machine]) => {
    const keys = broken.get(name)
    if (keys === undefined) return [[name, machine] as const]
    if (keys.has('*') || !isTree(machine)) return []
    return [[name, Object.fromEntries(Object.entries(machine).filter(([key]) => !keys.has(key)))] as const]
  })
  return { machines: Object.fromEntries(kept) }
}
