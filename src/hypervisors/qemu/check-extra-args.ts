import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** Options that would silently take the place of ours, or take QEMU from its supervisor, and what to use instead. */
const OURS: Readonly<Record<string, string>> = {
  daemonize: 'Remove it: the supervisor stays its parent. "microvm up -d" goes to the background.',
  kernel: 'Use image.kernel.',
  initrd: 'Use image.initrd.',
  append: 'Use kernelParams.',
  m: 'Use mem.',
  smp: 'Use vcpu.',
  'no-shutdown': 'Remove it: a guest that powers off would stay for ever.',
}

/** `extraArgs.qemu`: what clashes with our own arguments. QEMU takes the last of two options, and ends over two devices of one id. */
export const checkExtraArgs = (spec: MachineSpec): Problem[] => {
  const ids = new Set([
    'root',
    ...[...spec.volumes, ...spec.interfaces, ...spec.shares, ...spec.devices].map(({ id }) => id),
  ])
  return (spec.extraArgs['qemu'] ?? []).flatMap((argument, index) => {
    const at = ['extraArgs', 'qemu', index]
    const option = /^--?([a-z-]+)$/.exec(argument)?.[1] ?? ''
    const instead = Object.hasOwn(OURS, option) ? OURS[option] : undefined
    if (instead !== undefined)
      return [
        capabilityProblem(
          spec.name,
          at,
          `${argument} would take the place of an argument of microvm.`,
          instead,
          'QEMU takes the last of two such options.',
        ),
      ]
    const id = /(?:^|,)(?:id|node-name)=([^,]*)/.exec(argument)?.[1]
    if (id === undefined || !ids.has(id)) return []
    return [
      capabilityProblem(
        spec.name,
        at,
        `The id "${id}" belongs to a device of the definition.`,
        'Choose another id; to change that device, change it in the definition.',
        'QEMU takes no second device of an id.',
      ),
    ]
  })
}
