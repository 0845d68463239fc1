import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** Options of the process itself that are left to the user. All others describe the machine and need a kernel beside them (clap's groups: exit 2). */
const ALLOWED = [
  '--log-file',
  '--log-format',
  '--gdb',
  '--dbus-service-name',
  '--dbus-object-path',
  '--dbus-system-bus',
]

/** `extraArgs.cloud-hypervisor`: only options of the process; the machine is described over the API. */
export const checkExtraArgs = (spec: MachineSpec): Problem[] =>
  (spec.extraArgs['cloud-hypervisor'] ?? []).flatMap((argument, index) => {
    const option = argument.split('=')[0] ?? ''
    if (!option.startsWith('-') || ALLOWED.includes(option)) return []
    if (/^-v+$/.test(option)) return spec.credentials.length === 0 ? [] : [tooTalkative(spec, index, option)]
    return [
      capabilityProblem(
        spec.name,
        ['extraArgs', 'cloud-hypervisor', index],
        `${option} cannot be an extra argument of cloud-hypervisor.`,
        'Put it into extraConfig.cloud-hypervisor in the spelling of its API (vm.create).',
        'The machine is described over its API; beside that it takes only options of the process itself.',
      ),
    ]
  })

/** From level "info" on it logs the whole configuration ("Booting VM from config"). */
const tooTalkative = (spec: MachineSpec, index: number, option: string): Problem =>
  capabilityProblem(
    spec.name,
    ['extraArgs', 'cloud-hypervisor', index],
    `${option} would write the credentials of this machine into its log.`,
    `Remove ${option}, or the credentials.`,
    'At that level cloud-hypervisor logs its whole configuration.',
  )
