import { expect, test } from 'vitest'
import { hypervisorNamed } from '../../../src/hypervisors/registry.ts'
import type { InterfaceSpec, MachineSpec, VolumeSpec } from '../../../src/spec/machine-spec.ts'
import { interfaceSpec, machineSpec, volumeSpec } from '../../machine-spec.ts'

type Given = { readonly name: string; readonly version: number[]; readonly accel: 'kvm' | 'tcg' }

const CH: Given = { name: 'cloud-hypervisor', version: [53, 0], accel: 'kvm' }
const QEMU: Given = { name: 'qemu', version: [10, 0], accel: 'kvm' }
const EMULATED: Given = { ...QEMU, accel: 'tcg' }

const found = ({ name, version, accel }: Given, spec: MachineSpec): string[] =>
  hypervisorNamed(name)
    .check(spec, version, accel)
    .map(({ at }) => at.slice(2).join('.'))

const withVolume = (volume: Partial<VolumeSpec>) => machineSpec({ volumes: [volumeSpec(volume)] })
const withInterface = (entry: Partial<InterfaceSpec>) => machineSpec({ interfaces: [interfaceSpec(entry)] })
const limit = { bandwidth: { size: 1, refillTime: 1, oneTimeBurst: 0 }, ops: undefined }
const burst = { bandwidth: undefined, ops: { size: 1, refillTime: 1, oneTimeBurst: 1 } }
const base = machineSpec()
const amx = machineSpec({ cpu: { ...base.cpu, features: ['amx'] } })

test.each([CH, QEMU])('$name has nothing against a plain machine', (hypervisor) => {
  expect(found(hypervisor, base)).toEqual([])
})

const rules: readonly [string, Given, MachineSpec, string[]][] = [
  [
    'a list of devices taken away',
    CH,
    machineSpec({
      extraConfig: { 'cloud-hypervisor': { disks: null, net: {}, payload: null, pvpanic: null } },
    }),
    [
      'extraConfig.cloud-hypervisor.disks',
      'extraConfig.cloud-hypervisor.net',
      'extraConfig.cloud-hypervisor.payload',
    ],
  ],
  [
    'arguments that take the place of ours',
    QEMU,
    machineSpec({
      volumes: [volumeSpec({ id: 'vol0' })],
      extraArgs: { qemu: ['-m', '1G', '-device', 'edu,id=vol0', '-device', 'edu,id=mine', '-daemonize'] },
    }),
    ['extraArgs.qemu.0', 'extraArgs.qemu.3', 'extraArgs.qemu.6'],
  ],
  ['more disk queues than vCPUs', CH, withVolume({ queues: 2 }), ['volumes.0.queues']],
  ['a disk queue of 2', CH, withVolume({ queueSize: 2 }), ['volumes.0.queueSize']],
  ['a disk queue of 100', CH, withVolume({ queueSize: 100 }), ['volumes.0.queueSize']],
  ['a limited vhost-user disk', CH, withVolume({ vhostUserSocket: '/s', rateLimit: limit }), ['volumes.0']],
  [
    'a vhost-user disk behind the IOMMU',
    CH,
    withVolume({ vhostUserSocket: '/s', iommu: true }),
    ['volumes.0.iommu'],
  ],
  ['a limit and a group', CH, withVolume({ rateLimit: limit, rateLimitGroup: 'g' }), ['volumes.0']],
  ['a segment that is not there', CH, withVolume({ pciSegment: 1 }), ['volumes.0.pciSegment']],
  ['more queue pairs than vCPUs', CH, withInterface({ queuePairs: 2 }), ['interfaces.0.queues']],
  [
    'a limited vhost-user interface',
    CH,
    withInterface({ type: 'vhost-user', socket: '/s', rateLimit: limit }),
    ['interfaces.0.rateLimit'],
  ],
  [
    'a device outside the IOMMU on its segment',
    CH,
    machineSpec({
      volumes: [volumeSpec({ pciSegment: 1 })],
      platform: { ...base.platform, numPciSegments: 2, iommuSegments: [1] },
    }),
    ['volumes.0.iommu'],
  ],
  [
    'a balloon as large as the memory',
    CH,
    machineSpec({
      memory: {
        ...base.memory,
        balloon: { size: base.memory.size, deflateOnOom: true, freePageReporting: true },
      },
    }),
    ['initialBalloonMem'],
  ],
  [
    'a log level that tells secrets',
    CH,
    machineSpec({
      extraArgs: { 'cloud-hypervisor': ['-vv'] },
      credentials: [{ name: 'a', from: { kind: 'text', text: 'b' } }],
    }),
    ['extraArgs.cloud-hypervisor.0'],
  ],
  ['that log level without secrets', CH, machineSpec({ extraArgs: { 'cloud-hypervisor': ['-vv'] } }), []],
  [
    'pinned vCPUs',
    QEMU,
    machineSpec({ cpu: { ...base.cpu, affinity: [{ vcpu: 0, host: [1] }] } }),
    ['cpu.affinity'],
  ],
  ['no huge pages for one machine', QEMU, machineSpec({ memory: { ...base.memory, thp: false } }), ['thp']],
  ['Landlock', QEMU, machineSpec({ landlock: { enabled: true, rules: [] } }), ['landlock']],
  ['a sandbox that logs', QEMU, machineSpec({ seccomp: 'log' }), ['seccomp']],
  [
    'a second PCI segment',
    QEMU,
    withVolume({ pciSegment: 1, iommu: true }),
    ['volumes.0.pciSegment', 'volumes.0.iommu'],
  ],
  [
    'a port of an IPv6 address',
    QEMU,
    withInterface({
      type: 'user',
      forwardPorts: [
        { proto: 'tcp', hostAddress: '127.0.0.1', hostPort: 1, guestPort: 1 },
        { proto: 'tcp', hostAddress: '::1', hostPort: 1, guestPort: 1 },
      ],
    }),
    ['interfaces.0.forwardPorts.1.host.address'],
  ],
  ['a burst of a volume', QEMU, withVolume({ rateLimit: burst }), ['volumes.0.rateLimit']],
  [
    'a burst of a group',
    QEMU,
    machineSpec({ rateLimitGroups: [{ id: 'g', ...burst }] }),
    ['rateLimitGroups.g'],
  ],
  ['AMX of an emulated CPU', EMULATED, amx, ['cpu.features']],
  ['AMX of a real one', QEMU, amx, []],
  ['a limited interface', QEMU, withInterface({ rateLimit: limit }), ['interfaces.0.rateLimit']],
  ['a short interface queue', QEMU, withInterface({ queueSize: 128 }), ['interfaces.0.queueSize']],
]

test.each(rules)('%s', (_, hypervisor, spec, at) => {
  expect(found(hypervisor, spec)).toEqual(at)
})

test('every problem says what to do', () => {
  for (const [, { name, version, accel }, spec] of rules)
    for (const problem of hypervisorNamed(name).check(spec, version, accel))
      expect(problem.fix).toMatch(/\.$/)
})
