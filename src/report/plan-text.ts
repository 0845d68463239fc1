import type { Plan } from '../plan/plan.ts'
import { accelText } from './machine-rows.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** What `microvm plan` prints for one machine: the decisions with their reasons, then the steps with theirs. */
export const planText = (plan: Plan, style: Style): string => {
  const { spec, hypervisor, image } = plan
  const { program, accel } = hypervisor
  const decided: [string, string, string][] = [
    ['hypervisor', `${hypervisor.name} ${program.version} (${accelText(accel)})`, hypervisor.because],
    ['image', image?.root?.path ?? image?.kernel ?? 'to be built', ''],
    ['notify', plan.notify.socket, plan.notify.because],
    [
      'times',
      `start ${seconds(plan.times.start)}, at most ${seconds(plan.times.startMax)}, stop ${seconds(plan.times.stop)}`,
      plan.times.because,
    ],
    ...(spec.after.length === 0
      ? []
      : [['after', spec.after.join(', '), 'they must be ready first'] satisfies [string, string, string]]),
  ]
  const steps = plan.steps.map((step, index): [string, string, string] => [
    `${index + 1}. ${step.do}`,
    step.what,
    // The reason for the hypervisor stands above.
    step.do === 'start-vmm' ? '' : step.because,
  ])
  const heads = table(
    [...decided, ...steps].map(([head]) => [head, '']).map(([head]) => [head ?? '', '.']),
  ).map((line) => line.slice(0, -1))
  const lines = [...decided, ...steps].flatMap(([, what, because], index) => [
    `  ${heads[index]}${what}`,
    ...(because === '' ? [] : [`  ${' '.repeat(heads[index]?.length ?? 0)}${style.dim(because)}`]),
  ])
  return [style.bold(spec.name), ...lines].join('\n')
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/** The `--json` form: the plan without the texts of credentials. */
export const planToJson = ({ spec, secretCredentials, ...plan }: Plan) => ({
  name: spec.name,
  ...plan,
  credentials: secretCredentials.map(({ name, from }) => ({ name, from: from.kind })),
  oemStrings: plan.oemStrings,
})
