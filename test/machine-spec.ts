import type { Observed } from '../src/plan/observed.ts'
import type { Directories } from '../src/plan/places.ts'
import type {
  FilesImage,
  InterfaceSpec,
  MachineSpec,
  ShareSpec,
  VolumeSpec,
} from '../src/spec/machine-spec.ts'

/** A complete spec of a plain machine, for tests of the stages after `complete`. */
export const machineSpec = (changes: Partial<MachineSpec> = {}): MachineSpec => ({
  name: 'web',
  hostname: 'web',
  hypervisor: 'auto',
  after: [],
  image: filesImage,
  cpu: {
    boot: 1,
    max: 1,
    topology: undefined,
    affinity: [],
    nested: true,
    maxPhysBits: 46,
    features: [],
    coreScheduling: undefined,
  },
  memory: {
    size: 512 * 2 ** 20,
    hotplugSize: 0,
    hotpluggedSize: 0,
    shared: false,
    mergeable: false,
    hugepages: false,
    hugepageSize: undefined,
    prefault: false,
    thp: true,
    balloon: undefined,
  },
  volumes: [],
  interfaces: [],
  shares: [],
  devices: [],
  vsock: { cid: 3, notifyPort: 1234, ports: [] },
  console: { device: 'serial', login: true },
  rngSource: '/dev/urandom',
  watchdog: false,
  pvpanic: true,
  tpmSocket: undefined,
  platform: {
    oemStrings: [],
    uuid: '11111111-2222-4333-8444-555555555555',
    serialNumber: undefined,
    manufacturer: undefined,
    productName: undefined,
    version: undefined,
    skuNumber: undefined,
    family: undefined,
    assetTag: undefined,
    numPciSegments: 1,
    iommuSegments: [],
    iommuAddressWidth: undefined,
  },
  credentials: [],
  kernelParams: [],
  rateLimitGroups: [],
  ready: { kind: 'system' },
  times: { start: 90_000, startMax: 900_000, stop: 90_000, stopMax: 270_000 },
  restart: undefined,
  onEmergency: 'fail',
  reboot: 'allow',
  landlock: { enabled: false, rules: [] },
  seccomp: 'on',
  unit: undefined,
  extraArgs: {},
  extraConfig: {},
  ...changes,
})

export const filesImage: FilesImage = {
  kind: 'files',
  kernel: '/images/web/vmlinuz',
  initrd: '/images/web/initrd',
  root: { path: '/images/web/root.erofs', imageType: 'raw', readOnly: true },
  cmdline: 'root=/dev/vda',
  systemd: 257,
}

/** A host that has everything. */
export const observed = (changes: Partial<Observed> = {}): Observed => ({
  arch: 'x86_64',
  kvm: { usable: true },
  programs: {
    'cloud-hypervisor': program('cloud-hypervisor', 53, 0),
    'ch-remote': program('ch-remote', 53, 0),
    qemu: program('qemu-system-x86_64', 10, 0, 2),
    'vhost-device-vsock': program('vhost-device-vsock', 0, 3, 0),
    virtiofsd: program('virtiofsd', 1, 13, 2),
    passt: program('passt', 2025, 5, 3),
    setpriv: program('setpriv', 2, 41),
    flock: program('flock', 2, 41),
  },
  uid: 1000,
  gid: 1000,
  idMapping: {
    usable: true,
    uids: { first: 100_000, count: 65_536 },
    gids: { first: 100_000, count: 65_536 },
  },
  kernel: '6.12.107',
  ...changes,
})

export const program = (name: string, ...numbers: number[]) => ({
  path: `/usr/bin/${name}`,
  version: numbers.join('.'),
  numbers,
})

/** Software emulation: what a host without KVM and cloud-hypervisor looks like. */
export const observedWithoutKvm = (): Observed => {
  const { 'cloud-hypervisor': _without, ...programs } = observed().programs
  return observed({
    programs,
    kvm: { usable: false, because: 'There is no /dev/kvm.', fix: 'Load kvm_intel or kvm_amd.' },
  })
}

export const directories: Directories = {
  runtime: '/run/microvm',
  state: '/var/lib/microvm',
  cache: '/var/cache/microvm',
}

export const volumeSpec = (changes: Partial<VolumeSpec> = {}): VolumeSpec => ({
  id: 'vol0',
  image: 'data.img',
  size: 2 ** 30,
  autoCreate: true,
  fsType: 'ext4',
  label: undefined,
  mkfsExtraArgs: [],
  mountPoint: undefined,
  root: false,
  readOnly: false,
  imageType: 'raw',
  backingFiles: false,
  direct: false,
  serial: 'vol0',
  sparse: true,
  queues: 1,
  queueSize: 128,
  lockGranularity: undefined,
  rateLimit: undefined,
  rateLimitGroup: undefined,
  vhostUserSocket: undefined,
  pciSegment: 0,
  iommu: false,
  ...changes,
})

export const interfaceSpec = (changes: Partial<InterfaceSpec> = {}): InterfaceSpec => ({
  id: 'net0',
  type: 'tap',
  name: 'tap0',
  mac: '02:00:00:00:00:01',
  mtu: undefined,
  queuePairs: 1,
  queueSize: 256,
  offload: true,
  socket: undefined,
  forwardPorts: [],
  rateLimit: undefined,
  pciSegment: 0,
  iommu: false,
  ...changes,
})

export const shareSpec = (changes: Partial<ShareSpec> = {}): ShareSpec => ({
  id: 'fs0',
  tag: 'src',
  source: '/srv/src',
  mountPoint: undefined,
  readOnly: false,
  cache: 'auto',
  posixAcl: false,
  xattr: false,
  extraArgs: [],
  socket: undefined,
  queueSize: 1024,
  pciSegment: 0,
  iommu: false,
  ...changes,
})
