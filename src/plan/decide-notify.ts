import type { Capabilities } from '../hypervisors/contract.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { vsockPort, type Places } from './places.ts'
import type { Plan } from './plan.ts'
import { isAtLeast } from './version.ts'

/**
 * How the notify listener answers. From systemd 256 the guest's PID 1 stands still after each message until the host closes,
 * so a host that waits for an end that never arrives stops the guest for good.
 */
export const decideNotify = (
  spec: MachineSpec,
  { name, program }: Pick<Plan['hypervisor'], 'name' | 'program'>,
  { halfClose, vsockHelper }: Capabilities,
  places: Places,
): Plan['notify'] => {
  const socket = vsockPort(places, spec.vsock.notifyPort)
  const device = vsockHelper ? 'vhost-device-vsock' : `${name} ${program.version}`
  if (halfClose !== false && isAtLeast(program.numbers, halfClose))
    return {
      socket,
      answer: 'on-eof',
      because: `${device} passes the end of each message on; closing after it avoids crossing resets`,
    }
  return {
    socket,
    answer: 'on-data',
    because: `${device} does not pass the end of a message on; waiting for it would stop the guest`,
  }
}
