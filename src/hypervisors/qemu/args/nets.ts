import { interfaceSocket } from '../../../plan/device-sockets.ts'
import type { InheritedFd } from '../../../invocation/invocation.ts'
import type { Plan } from '../../../plan/plan.ts'
import type { InterfaceSpec } from '../../../spec/machine-spec.ts'
import { keyval } from '../keyval.ts'

/** Everything a virtio-net device can leave to the other side. */
const OFFLOADS = [
  'csum',
  'guest_csum',
  'gso',
  'guest_tso4',
  'guest_tso6',
  'guest_ecn',
  'guest_ufo',
  'host_tso4',
  'host_tso6',
  'host_ecn',
  'host_ufo',
] as const

/** Interfaces, and the descriptors (macvtap) they take, numbered from `firstFd`. */
export const netArgs = (plan: Plan, firstFd: number): { args: string[]; fds: InheritedFd[] } => {
  const fds: InheritedFd[] = []
  const args = plan.spec.interfaces.flatMap((netInterface) => {
    const own = netInterface.type === 'macvtap' ? macvtapFds(netInterface, firstFd + fds.length) : []
    fds.push(...own)
    return [...backend(plan, netInterface, own), '-device', device(netInterface)]
  })
  return { args, fds }
}

const macvtapFds = (netInterface: InterfaceSpec, first: number): InheritedFd[] =>
  Array.from({ length: netInterface.queuePairs }, (_, index) => ({
    fd: first + index,
    kind: 'macvtap',
    interface: netInterface.name,
  }))

const backend = ({ places }: Plan, netInterface: InterfaceSpec, fds: readonly InheritedFd[]): string[] => {
  const { id, queuePairs } = netInterface
  if (netInterface.type === 'user')
    return ['-netdev', [keyval('user', { id }), ...forwards(netInterface)].join(',')]
  if (netInterface.type === 'tap')
    return [
      '-netdev',
      keyval('tap', {
        id,
        ifname: netInterface.name,
        // The tap is the user's, already set up; QEMU's scripts would want root.
        script: 'no',
        downscript: 'no',
        ...(queuePairs > 1 ? { queues: queuePairs } : {}),
      }),
    ]
  if (netInterface.type === 'macvtap')
    return [
      '-netdev',
      keyval(
        'tap',
        fds.length === 1 ? { id, fd: fds[0]?.fd } : { id, fds: fds.map(({ fd }) => fd).join(':') },
      ),
    ]
  return [
    '-chardev',
    keyval('socket', { id: `${id}-socket`, path: interfaceSocket(places, netInterface) }),
    '-netdev',
    keyval('vhost-user', { id, chardev: `${id}-socket`, ...(queuePairs > 1 ? { queues: queuePairs } : {}) }),
  ]
}

/** `hostfwd=` may stand more than once, which a record of keys cannot say. */
const forwards = ({ forwardPorts }: InterfaceSpec): string[] =>
  forwardPorts.map(({ proto, hostAddress, hostPort, guestPort }) =>
    keyval(undefined, { hostfwd: `${proto}:${hostAddress}:${hostPort}-:${guestPort}` }),
  )

const device = (netInterface: InterfaceSpec): string => {
  const { id, mac, mtu, queuePairs, queueSize } = netInterface
  return keyval('virtio-net-pci', {
    id: `${id}-device`,
    netdev: id,
    mac,
    // No option ROM: we boot the kernel directly, and the file is in a package of its own.
    romfile: '',
    rx_queue_size: queueSize,
    // Only a vhost-user back-end may have more than 256.
    tx_queue_size: netInterface.type === 'vhost-user' ? queueSize : Math.min(queueSize, 256),
    ...(mtu === undefined ? {} : { host_mtu: mtu }),
    // Two vectors for each queue pair, one for control, one for configuration.
    ...(queuePairs > 1 ? { mq: true, vectors: 2 * queuePairs + 2 } : {}),
    ...(netInterface.offload ? {} : Object.fromEntries(OFFLOADS.map((key) => [key, false]))),
  })
}
