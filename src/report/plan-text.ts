import { readCredentialString } from '../plan/credential-string.ts'
import type { Plan } from '../plan/plan.ts'
import { sizeText } from '../plan/size-text.ts'
import { accelText } from './machine-rows.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** What `microvm plan` prints for one machine: the decisions with their reasons, then the steps with theirs. */
export const planText = (plan: Plan, style: Style): string => {
  const { spec, hypervisor, image } = plan
  const { program, accel } = hypervisor
  const decided: [string, string, string][] = [
    ...(plan.assumed === undefined
      ? []
      : [['for', 'another host', assumedText(plan.assumed)] satisfies [string, string, string]]),
    ['hypervisor', `${hypervisor.name} ${program.version} (${accelText(accel)})`, hypervisor.because],
    [
      'memory',
      `${sizeText(spec.memory.size)}, ${plan.memory.shared ? 'shared' : 'private'}`,
      plan.memory.because,
    ],
    ['image', image?.root?.path ?? image?.kernel ?? 'to be built', ''],
    ['notify', plan.notify.socket, plan.notify.because],
    [
      'times',
      `start ${seconds(plan.times.start)}, at most ${seconds(plan.times.startMax)}, stop ${seconds(plan.times.stop)}, at most ${seconds(plan.times.stopMax)}`,
      plan.times.because,
    ],
    ['cmdline', plan.cmdline.join(' '), ''],
    ...plan.oemStrings.map(smbiosRow),
    ...plan.secretCredentials.map(({ name, from }): [string, string, string] => [
      'secret',
      from.kind === 'file' ? `${name} from ${from.path}` : name,
      '',
    ]),
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
    `  ${heads[index]}${inLine(what)}`,
    ...(because === '' ? [] : [`  ${' '.repeat(heads[index]?.length ?? 0)}${style.dim(inLine(because))}`]),
  ])
  return [style.bold(spec.name), ...lines].join('\n')
}

/** A text of the definition must not begin a line that looks like one of ours. */
const inLine = (text: string): string => text.replaceAll('\n', '\\n')

const assumedText = (assumed: readonly string[]): string =>
  assumed.length === 0 ? 'all that it needs is here, too' : `assumed, not found here: ${assumed.join(', ')}`

/** Public credentials in clear, also where they travel in base64. */
const smbiosRow = (text: string): [string, string, string] => {
  const credential = readCredentialString(text)
  if (credential === undefined) return ['smbios', text, '']
  const { name, value } = credential
  return ['credential', `${name} = ${/^[\x20-\x7e]*$/.test(value) ? value : JSON.stringify(value)}`, '']
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/** The `--json` form: the plan without the texts of credentials. */
export const planToJson = ({ spec, secretCredentials, ...plan }: Plan) => ({
  name: spec.name,
  ...plan,
  credentials: secretCredentials.map(({ name, from }) => ({ name, from: from.kind })),
  oemStrings: plan.oemStrings,
})
