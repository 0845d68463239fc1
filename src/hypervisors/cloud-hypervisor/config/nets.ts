import { interfaceSocket } from '../../../plan/device-sockets.ts'
import type { Plan } from '../../../plan/plan.ts'
import type { InterfaceSpec } from '../../../spec/machine-spec.ts'
import { pciKeys } from './pci.ts'
import { rateLimiter } from './rate-limit.ts'

/** NetConfig[] of the request that makes the machine; macvtap follows in `add-net`, because `vm.create` takes no descriptors. */
export const nets = ({ spec, places }: Plan) =>
  spec.interfaces
    .filter(({ type }) => type !== 'macvtap')
    .map((netInterface) => ({
      ...common(netInterface),
      ...(netInterface.type === 'tap'
        ? { tap: netInterface.name }
        : { vhost_user: true, vhost_socket: interfaceSocket(places, netInterface) }),
    }))

const common = (netInterface: InterfaceSpec) => ({
  ...pciKeys(netInterface),
  mac: netInterface.mac,
  // One queue for each direction.
  num_queues: netInterface.queuePairs * 2,
  queue_size: netInterface.queueSize,
  ...(netInterface.mtu === undefined ? {} : { mtu: netInterface.mtu }),
  ...(netInterface.offload ? {} : { offload_tso: false, offload_ufo: false, offload_csum: false }),
  ...(netInterface.rateLimit === undefined
    ? {}
    : { rate_limiter_config: rateLimiter(netInterface.rateLimit) }),
})
