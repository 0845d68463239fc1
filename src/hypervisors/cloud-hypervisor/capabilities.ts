import type { Capabilities } from '../contract.ts'

/** Since which version cloud-hypervisor knows what; each from the release notes and the source of that tag. */
export const SINCE = {
  /** `image_type`, without which writes to sector 0 of a raw disk fail; the floor. */
  imageType: [51],
  lockGranularity: [52],
  coreScheduling: [52],
  /** ids for rng and balloon. */
  commonPciKeys: [52],
  /** A vhost-user back-end that is not ready at once, as passt (its issue #7766). */
  passt: [52],
  /** platform.system_* and chassis_asset_tag; `serial_number` and `uuid` are deprecated from here on. */
  systemStrings: [53],
  /** vsock half-close in both directions (its PR #8372). */
  halfClose: [53],
} as const satisfies Record<string, readonly number[]>

export const capabilities: Capabilities = {
  minVersion: SINCE.imageType,
  arch: ['x86_64', 'aarch64'],
  accel: ['kvm'],
  halfClose: SINCE.halfClose,
  vsockHelper: false,
  userNetHelper: true,
  interfaces: ['user', 'tap', 'macvtap', 'vhost-user'],
  dynamicVhd: false,
  virtioMem: true,
  landlock: true,
  rateLimits: true,
  pciPassthrough: true,
  watchdog: true,
  tpm: true,
  table: {
    version: '51 and newer',
    'software emulation': 'no: needs KVM',
    'READY=1 over vsock': 'built in',
    'type "user" interface': 'passt (52 and newer)',
    tap: 'yes',
    macvtap: 'yes, by ch-remote',
    'vhost-user net and disk': 'yes',
    virtiofs: 'virtiofsd',
    qcow2: 'yes',
    'vhd, vhdx': 'yes',
    'rate limits': 'disks, groups, interfaces',
    'virtio-mem hotplug': 'yes',
    balloon: 'yes, with an initial size',
    'CPU affinity': 'yes',
    'core scheduling': '52 and newer',
    'PCI passthrough': 'yes',
    'PCI segments, virtual IOMMU': 'yes',
    TPM: 'swtpm',
    watchdog: 'virtio',
    pvpanic: 'yes',
    'SMBIOS manufacturer, product …': '53 and newer',
    Landlock: 'Linux 6.2 and newer',
    'system call filter': 'its own, per thread',
    aarch64: 'without secret credentials',
  },
}
