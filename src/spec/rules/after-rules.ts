import { label } from '../../definition/label.ts'
import { nearestWord } from '../../definition/nearest-word.ts'
import type { Problem } from '../../errors/problem.ts'
import { circlesOf } from '../order.ts'

type Waiting = { readonly name: string; readonly after: readonly string[] }

/** `after`: unknown machines, a machine that waits for itself, and circles. `names`: all machines of the file, broken ones too. */
export const afterProblems = (machines: readonly Waiting[], names: readonly string[]): Problem[] => {
  const known = new Set(names)
  return [
    ...machines.flatMap(({ name, after }) =>
      after.flatMap((other, index): Problem[] => {
        if (other === name) return [circleProblem([name], machines)]
        if (known.has(other)) return []
        const at = ['machines', name, 'after', index]
        const near = nearestWord(
          other,
          names.filter((one) => one !== name),
        )
        return [
          {
            code: 'DEFINITION_VALUE',
            at,
            message: `${label(at)} is "${other}", and there is no machine of that name.`,
            because: 'A machine can wait for machines of the same file only.',
            fix: near === undefined ? 'Remove it, or define that machine.' : `Did you mean "${near}"?`,
          },
        ]
      }),
    ),
    ...circlesOf(
      machines.map(({ name, after }) => ({ name, after: after.filter((other) => other !== name) })),
    ).map((circle): Problem => circleProblem(circle, machines)),
  ]
}

const circleProblem = (circle: readonly string[], machines: readonly Waiting[]): Problem => {
  const [first = '', second = first] = circle
  const index = machines.find(({ name }) => name === first)?.after.indexOf(second) ?? 0
  const at = ['machines', first, 'after', index]
  return {
    code: 'DEFINITION_CYCLE',
    at,
    message:
      circle.length === 1
        ? `${label(at)}: the machine waits for itself.`
        : `${label(at)}: ${[...circle, first].join(' waits for ')}.`,
    because: 'Each waits until the next is ready, so none of them would ever start.',
    fix: 'Remove one of these names from its `after`.',
  }
}
