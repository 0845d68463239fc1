import type { Plan } from './plan.ts'
import { sizeText } from './size-text.ts'

/** What `microvm plan` shows: the decisions and the steps, each with its reason. The same plan gives the same text. */
export const renderPlan = (plan: Plan): string => {
  const { spec, hypervisor, memory, notify, times } = plan
  return [
    `machine ${spec.name}`,
    entry(
      'hypervisor',
      `${hypervisor.name} ${hypervisor.program.version}, ${hypervisor.accel}`,
      hypervisor.because,
    ),
    entry(
      'cpus',
      spec.cpu.max > spec.cpu.boot ? `${spec.cpu.boot}, at most ${spec.cpu.max}` : `${spec.cpu.boot}`,
    ),
    entry('memory', `${sizeText(spec.memory.size)}, ${memory.shared ? 'shared' : 'private'}`, memory.because),
    entry('notify', `${notify.socket}, answered ${notify.answer}`, notify.because),
    entry(
      'times',
      `start ${seconds(times.start)}, at most ${seconds(times.startMax)}; stop ${seconds(times.stop)}`,
      times.because,
    ),
    entry('kernel', plan.image?.kernel ?? 'of the image still to be built'),
    entry('cmdline', plan.cmdline.join(' ')),
    ...plan.oemStrings.map(smbiosEntry),
    ...plan.secretCredentials.map(({ name, from }) => entry('secret', `${name} from ${source(from)}`)),
    entry('run', plan.places.run),
    entry('state', plan.places.state),
    'steps',
    ...plan.steps.map((step, index) => entry(`${index + 1}. ${step.do}`, step.what, step.because, 18)),
    '',
  ].join('\n')
}

const entry = (label: string, text: string, because?: string, width = 11): string => {
  const margin = ' '.repeat(width + 3)
  return [
    `  ${label.padEnd(width)} ${text}`,
    ...(because === undefined ? [] : [`${margin}because ${because}`]),
  ].join('\n')
}

/** Credentials in clear, also those that travel in base64: they are public. */
const smbiosEntry = (text: string): string => {
  const [, binary, name, value = ''] = /^io\.systemd\.credential(\.binary)?:([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined) return entry('smbios', text)
  return entry(
    'credential',
    `${name} = ${binary === undefined ? value : JSON.stringify(Buffer.from(value, 'base64').toString())}`,
  )
}

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`

const source = (from: Plan['secretCredentials'][number]['from']): string => {
  if (from.kind === 'file') return from.path
  return from.kind === 'text' ? 'the definition' : `the host unit's credential ${from.id}`
}
