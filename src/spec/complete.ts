import { label } from '../definition/label.ts'
import type { Decoded } from '../definition/decoded.ts'
import type { Machine } from '../definition/schema.ts'
import { type Problem, type Result, failed, ok } from '../errors/problem.ts'
import { imageSpec } from './image-spec.ts'
import type { ImageSpec, MachineSpec } from './machine-spec.ts'
import { type MachineBody, machineSpecOf } from './machine-spec-of.ts'
import { resolveIn } from './resolve-path.ts'
import { afterProblems } from './rules/after-rules.ts'
import { claimClashes } from './rules/claim-clashes.ts'
import { claimsOf } from './rules/claims.ts'
import { machineRules } from './rules/machine-rules.ts'
import { pathRules } from './rules/path-rules.ts'
import type { Finding, Rule } from './rules/rule.ts'

type Completed = {
  readonly body: MachineBody
  readonly image: ImageSpec | undefined
  readonly given: Machine
}

/**
 * Definition → specs of its machines, in the order of the text. Fills in the defaults, resolves host paths against `folder`
 * (absolute; volume images stay as written but for `~/`, which is `home`), and checks everything that can be checked without looking at this host.
 * Fails with all problems, those of the text's shape included, in the order of the text.
 */
export const completeDefinition = (
  decoded: Decoded,
  { file, folder, home }: { readonly file: string; readonly folder: string; readonly home?: string },
): Result<MachineSpec[]> => {
  const resolve = resolveIn(folder, home)
  const rules = [...machineRules, pathRules(home)]
  const completed = Object.entries(decoded.definition.machines).map(([name, given]): Completed => ({
    body: machineSpecOf(name, given, resolve),
    image: given.image === undefined ? undefined : imageSpec(given.image, resolve),
    given,
  }))
  const findings = completed.flatMap((one) => findingsOf(one, rules, decoded.broken.get(one.body.name)))
  const between = [
    ...claimClashes(completed.flatMap(({ body, image }) => claimsOf(body, image))),
    ...afterProblems(
      completed.map(({ body, given }) => ({ name: body.name, after: given.after ?? [] })),
      decoded.names,
    ),
  ]
  const place = (problem: Problem): Problem => ({
    ...problem,
    place: problem.place ?? decoded.locate(problem.at) ?? { file, line: 1, column: 1 },
  })
  const problems = [
    ...decoded.problems,
    ...findings.filter(({ warning }) => !warning).map(({ problem }) => problem),
    ...between,
  ]
  if (problems.length > 0) return failed(problems.map(place).toSorted(byPlace))
  const warnings = findings.filter(({ warning }) => warning).map(({ problem }) => place(problem))
  return ok(
    completed.flatMap(({ body, image }) => (image === undefined ? [] : [{ ...body, image }])),
    warnings.toSorted(byPlace),
  )
}

const findingsOf = (
  { body, given }: Completed,
  rules: readonly Rule[],
  broken: ReadonlySet<string> = new Set(),
): { readonly problem: Problem; readonly warning: boolean }[] =>
  rules
    .filter(({ reads }) => !reads.some((key) => broken.has(key)))
    .flatMap(({ check }) => check(body, given))
    .map((finding) => ({ problem: problemOf(body.name, finding), warning: finding.warning ?? false }))

const problemOf = (machine: string, { code, at: below, message, because, fix }: Finding): Problem => {
  const at = ['machines', machine, ...below]
  return { code, at, message: `${label(at)} ${message}`, ...(because === undefined ? {} : { because }), fix }
}

const byPlace = (a: Problem, b: Problem): number =>
  (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0)
