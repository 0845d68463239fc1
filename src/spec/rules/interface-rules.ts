import type { InterfaceSpec } from '../machine-spec.ts'
import { type Finding, type Rule, clash, isPowerOfTwo, those, wrong } from './rule.ts'

export const interfaceRules: Rule = {
  reads: ['interfaces', 'vcpu'],
  check: ({ interfaces, cpu }, given) =>
    interfaces.flatMap((entry, index) => {
      const at = (key: string) => ['interfaces', index, key]
      return [
        ...queueFindings(entry, cpu.boot, at),
        ...macFindings(entry, given.interfaces?.[index]?.mac === undefined, at),
        ...typeFindings(entry, at),
      ]
    }),
}

type At = (key: string) => (string | number)[]

const queueFindings = ({ queuePairs, queueSize }: InterfaceSpec, vcpus: number, at: At): Finding[] =>
  those(
    queuePairs > vcpus &&
      wrong(
        at('queues'),
        `is ${queuePairs}, but the machine has ${vcpus} ${vcpus === 1 ? 'vCPU' : 'vCPUs'}.`,
        'Each pair of queues is served by a vCPU of its own.',
        `Write at most ${vcpus}.`,
      ),
    !isPowerOfTwo(queueSize) &&
      wrong(
        at('queueSize'),
        `is ${queueSize}, no power of two.`,
        'The virtio ring needs one.',
        'Write e.g. 256 or 512.',
      ),
  )

const macFindings = ({ mac, type }: InterfaceSpec, derived: boolean, at: At): Finding[] =>
  those(
    (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1 &&
      wrong(
        at('mac'),
        `is "${mac}", a multicast address.`,
        "The first byte of an interface's own address is even.",
        'Begin it with "02:", or remove mac for a stable one.',
      ),
    /^[0:]+$/.test(mac) &&
      wrong(
        at('mac'),
        'is all zeros.',
        'Linux takes no such address for an interface.',
        'Remove mac for a stable one.',
      ),
    type === 'macvtap' &&
      derived && {
        ...wrong(
          at('mac'),
          'is not set.',
          'A macvtap device hands on only what is sent to its own address, so the guest must have the same.',
          'Set mac to the address that `ip link show` prints for the macvtap device.',
        ),
        warning: true as const,
      },
  )

const typeFindings = ({ type, socket, forwardPorts, rateLimit, iommu }: InterfaceSpec, at: At): Finding[] =>
  those(
    type === 'vhost-user' &&
      socket === undefined &&
      wrong(
        at('socket'),
        'is missing.',
        'An interface of type "vhost-user" talks to your back-end on a Unix socket.',
        'Add socket = "/path/of/the/back-end.sock".',
      ),
    type !== 'vhost-user' &&
      socket !== undefined &&
      clash(
        at('socket'),
        `is set for type "${type}".`,
        'Only interfaces of type "vhost-user" have a socket.',
        'Remove socket, or use type = "vhost-user".',
      ),
    type !== 'user' &&
      forwardPorts.length > 0 &&
      clash(
        at('forwardPorts'),
        `is set for type "${type}".`,
        'The host reaches such a guest by its address; nothing is in between that could forward.',
        'Remove forwardPorts, or use type = "user".',
      ),
    rateLimit !== undefined &&
      rateLimit.bandwidth === undefined &&
      rateLimit.ops === undefined &&
      wrong(
        at('rateLimit'),
        'limits nothing.',
        'It has neither bandwidth nor ops.',
        'Add one of them, or remove rateLimit.',
      ),
    type === 'vhost-user' &&
      rateLimit !== undefined &&
      clash(
        at('rateLimit'),
        'is set for type "vhost-user".',
        'The back-end moves the packets; the hypervisor does not see them.',
        'Limit the rate in the back-end.',
      ),
    type === 'vhost-user' &&
      iommu &&
      clash(
        at('iommu'),
        'is true for type "vhost-user".',
        'vhost-user devices cannot lie behind the virtual IOMMU.',
        'Remove iommu.',
      ),
  )
