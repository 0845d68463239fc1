import { interfaceSocket } from '../../../plan/device-sockets.ts'
import type { Plan } from '../../../plan/plan.ts'
import type { InterfaceSpec } from '../../../spec/machine-spec.ts'
import { pciKeys } from './pci.ts'
import { rateLimiter } from './rate-limit.ts'

/**
 * NetConfig[] of the request that makes the machine; macvtap follows in `add-net`, because `vm.create` takes no descriptors.
 * A tap's MTU is not sent: cloud-hypervisor would set it even where it is right, which needs CAP_NET_ADMIN (open_tap()), and it
 * offers the tap's own to the guest (Net::new_with_tap()). That the two are equal is checked before the start.
 */
export const nets = ({ spec, places }: Plan) =>
  spec.interfaces
    .filter(({ type }) => type !== 'macvtap')
    .map((netInterface) => ({
      ...common(netInterface),
      ...(netInterface.type === 'tap'
        ? { tap: netInterface.name }
        : {
            vhost_user: true,
            vhost_socket: interfaceSocket(places, netInterface),
            ...(netInterface.mtu === undefined ? {} : { mtu: netInterface.mtu }),
          }),
    }))

const common = (netInterface: InterfaceSpec) => ({
  ...pciKeys(netInterface),
  mac: netInterface.mac,
  // One queue for each direction.
  num_queues: netInterface.queuePairs * 2,
  queue_size: netInterface.queueSize,
  ...(netInterface.offload ? {} : { offload_tso: false, offload_ufo: false, offload_csum: false }),
  ...(netInterface.rateLimit === undefined
    ? {}
    : { rate_limiter_config: rateLimiter(netInterface.rateLimit) }),
})
