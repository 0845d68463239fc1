import type { Machine } from '../definition/schema.ts'
import type { InterfaceSpec } from './machine-spec.ts'
import { rateLimitSpec } from './rate-limit-spec.ts'
import type { ResolvePath } from './resolve-path.ts'
import { stableMac } from './stable-identity.ts'

type Interface = NonNullable<Machine['interfaces']>[number]

export const interfaceSpec = (
  machine: string,
  given: Interface,
  index: number,
  resolve: ResolvePath,
): InterfaceSpec => ({
  id: `net${index}`,
  type: given.type,
  name: given.id,
  mac: given.mac?.toLowerCase() ?? stableMac(machine, given.id),
  mtu: given.mtu,
  queuePairs: given.queues ?? 1,
  queueSize: given.queueSize ?? 256,
  offload: given.offload ?? true,
  socket: given.socket === undefined ? undefined : resolve(given.socket),
  forwardPorts: (given.forwardPorts ?? []).map(({ proto, host, guest }) => ({
    proto: proto ?? 'tcp',
    hostAddress: host.address ?? '127.0.0.1',
    hostPort: host.port,
    guestPort: guest.port,
  })),
  rateLimit: given.rateLimit === undefined ? undefined : rateLimitSpec(given.rateLimit),
  pciSegment: given.pciSegment ?? 0,
  iommu: given.iommu ?? false,
})
