import type { Plan } from '../../plan/plan.ts'
import type { Compiled, Secret } from '../contract.ts'
import { bootArgs } from './args/boot.ts'
import { consoleArgs } from './args/console.ts'
import { diskArgs } from './args/disks.ts'
import { machineArgs } from './args/machine.ts'
import { memoryArgs } from './args/memory.ts'
import { netArgs } from './args/nets.ts'
import { shareArgs } from './args/shares.ts'
import { smallDeviceArgs } from './args/small-devices.ts'
import { smbiosArgs } from './args/smbios.ts'
import { keyval } from './keyval.ts'

/** No new privileges, programs or resource limits for a QEMU that a guest has taken over. */
const SANDBOX = keyval('on', {
  obsolete: 'deny',
  elevateprivileges: 'deny',
  spawn: 'deny',
  resourcecontrol: 'deny',
})

const LOCK_FD = 3

/**
 * One QEMU with everything on its argument list; the machine boots as it starts.
 *
 * @throws Error when the plan's image is still to be built: only the caller's defect can lead here.
 */
export const compile = (plan: Plan, secrets: readonly Secret[]): Compiled => {
  const { spec, image } = plan
  if (image === undefined) throw new Error(`The image of ${spec.name} is not built yet.`)
  const smbios = smbiosArgs(plan, secrets)
  const nets = netArgs(plan, LOCK_FD + 1)
  return {
    files: smbios.files,
    vmm: {
      name: 'qemu',
      file: plan.hypervisor.program.path,
      args: [
        '-nodefaults',
        '-no-user-config',
        '-display',
        'none',
        ...(spec.seccomp === 'on' ? ['-sandbox', SANDBOX] : []),
        ...machineArgs(plan),
        ...memoryArgs(plan),
        ...bootArgs(plan, image),
        ...consoleArgs(plan),
        ...diskArgs(plan),
        ...nets.args,
        ...shareArgs(plan),
        ...smallDeviceArgs(plan),
        ...smbios.args,
        // A panicked guest stands still until the supervisor, told by an event, ends it: no reset, no loop, no lost event.
        '-action',
        'panic=pause',
        ...(spec.reboot === 'exit' ? ['-no-reboot'] : []),
        ...(spec.extraArgs['qemu'] ?? []),
      ],
      env: {},
      cwd: plan.places.run,
      fds: [{ fd: LOCK_FD, kind: 'lock' }, ...nets.fds],
    },
    boot: [],
  }
}
