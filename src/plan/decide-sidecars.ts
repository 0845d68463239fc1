import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import type { Capabilities } from '../hypervisors/contract.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { decideOwners } from './decide-owners.ts'
import { interfaceSocket, passtName, shareSocket, virtiofsdName } from './device-sockets.ts'
import { isProblem, needProgram } from './need-program.ts'
import type { Observed } from './observed.ts'
import type { Places } from './places.ts'
import type { SidecarPlan } from './plan.ts'

/** passt speaks vhost-user since its release of 2024-11-27. */
export const PASST_WITH_VHOST_USER = [2024, 11, 27]

/** The helper processes the machine's devices need. All are started before the VMM, which connects to their sockets. */
export const decideSidecars = (
  spec: MachineSpec,
  capabilities: Capabilities,
  observed: Observed,
  places: Places,
): Result<readonly SidecarPlan[]> => {
  const sidecars: SidecarPlan[] = []
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const asRoot = observed.uid === 0
  const take = (
    need: Parameters<typeof needProgram>[1],
    add: (program: SidecarPlan['program']) => SidecarPlan,
  ) => {
    const program = needProgram(observed, need)
    if (isProblem(program)) problems.push(program)
    else sidecars.push(add(program))
  }

  if (capabilities.vsockHelper)
    take(
      {
        name: 'vhost-device-vsock',
        why: 'for the vsock device, over which the guest says that it is ready',
        at: ['machines', spec.name, 'vsock'],
      },
      (program) => ({
        kind: 'vhost-device-vsock',
        name: 'vhost-device-vsock',
        program,
        socket: places.vhostVsock,
      }),
    )
  for (const [index, share] of spec.shares.entries()) {
    if (share.socket !== undefined) continue
    take(
      {
        name: 'virtiofsd',
        why: `for the share "${share.tag}"`,
        at: ['machines', spec.name, 'shares', index],
      },
      (program) => {
        const at = ['machines', spec.name, 'shares', index]
        const { owners, warning } = decideOwners(share, program, observed, at)
        if (warning !== undefined) warnings.push(warning)
        return {
          kind: 'virtiofsd',
          name: virtiofsdName(share),
          program,
          socket: shareSocket(places, share),
          share,
          owners,
        }
      },
    )
  }
  for (const [index, netInterface] of spec.interfaces.entries()) {
    if (netInterface.type !== 'user' || !capabilities.userNetHelper) continue
    take(
      {
        name: 'passt',
        why: `for the interface "${netInterface.name}" of type "user"`,
        at: ['machines', spec.name, 'interfaces', index],
        minVersion: PASST_WITH_VHOST_USER,
        orElse: 'Or use an interface of type "tap".',
      },
      (program) => ({
        kind: 'passt',
        name: passtName(netInterface),
        program,
        socket: interfaceSocket(places, netInterface),
        interface: netInterface,
        asRoot,
      }),
    )
  }
  return problems.length > 0 ? failed(problems) : ok(sidecars, warnings)
}
