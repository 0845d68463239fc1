import { failed, ok, type Result } from '../errors/problem.ts'
import type { Capabilities } from '../hypervisors/contract.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Plan } from './plan.ts'

/** Whether guest memory must be shared, and with whom. KSM merges private memory only, so the two exclude each other. */
export const decideMemory = (spec: MachineSpec, capabilities: Capabilities): Result<Plan['memory']> => {
  const users = [
    ...(capabilities.vsockHelper ? ['the vsock device (vhost-device-vsock)'] : []),
    ...spec.volumes.filter((volume) => volume.vhostUserSocket !== undefined).map(({ id }) => `volume ${id}`),
    ...spec.interfaces
      .filter(({ type }) => type === 'vhost-user' || (type === 'user' && capabilities.userNetHelper))
      .map(({ name }) => `interface ${name}`),
    ...spec.shares.map(({ tag }) => `share ${tag}`),
  ]
  if (users.length > 0 && spec.memory.mergeable)
    return failed([
      {
        code: 'MEMORY_RULE',
        at: ['machines', spec.name, 'mergeableMem'],
        message: 'mergeableMem cannot be had together with devices that share memory.',
        because: `${users.join(', ')} ${users.length === 1 ? 'needs' : 'need'} shared guest memory, and the kernel merges private memory only.`,
        fix: 'Remove mergeableMem, or the devices.',
      },
    ])
  if (users.length > 0) return ok({ shared: true, because: `mapped by ${users.join(', ')}` })
  return ok(
    spec.memory.shared
      ? { shared: true, because: 'sharedMem asks for it' }
      : { shared: false, because: 'no device needs it shared' },
  )
}
