/**
 * The whole machine: nothing optional that has a default, sizes in bytes, times in milliseconds.
 * Knows nothing of this host: no directories of ours, no pids. Paths a user wrote are absolute here
 * (resolved against the definition's folder by `complete.ts`), except volume images, which may be relative to the state directory.
 */
export type MachineSpec = {
  readonly name: string
  readonly hostname: string
  readonly hypervisor: 'auto' | 'cloud-hypervisor' | 'qemu'
  readonly after: readonly string[]
  readonly image: ImageSpec
  readonly cpu: CpuSpec
  readonly memory: MemorySpec
  readonly volumes: readonly VolumeSpec[]
  readonly interfaces: readonly InterfaceSpec[]
  readonly shares: readonly ShareSpec[]
  readonly devices: readonly PciSpec[]
  readonly vsock: VsockSpec
  readonly console: ConsoleSpec
  readonly rngSource: string
  readonly watchdog: boolean
  readonly pvpanic: boolean
  readonly tpmSocket: string | undefined
  readonly platform: PlatformSpec
  /** Credentials as the user gave them, in order. The ones microvm adds itself are decided by the plan. */
  readonly credentials: readonly CredentialSpec[]
  readonly kernelParams: readonly string[]
  readonly rateLimitGroups: readonly ({ readonly id: string } & RateLimitSpec)[]
  readonly ready: ReadySpec
  readonly times: TimesSpec
  /** Undefined: nothing was said. Then it is "no", but for a unit, whose own default it is. */
  readonly restart: 'no' | 'on-failure' | 'always' | undefined
  readonly onEmergency: 'fail' | 'keep'
  readonly reboot: 'allow' | 'exit'
  readonly landlock: LandlockSpec
  readonly seccomp: 'on' | 'off' | 'log'
  /** What a systemd unit opens besides what the machine names; undefined: nothing. */
  readonly unit: UnitSpec | undefined
  /** By hypervisor name. */
  readonly extraArgs: Readonly<Record<string, readonly string[]>>
  readonly extraConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export type ImageSpec =
  | { readonly kind: 'debian'; readonly recipe: DebianRecipe }
  | { readonly kind: 'flake'; readonly reference: string }
  | FilesImage

/** What a guest image consists of once it is there; images of the other kinds are built into this. */
export type FilesImage = {
  readonly kind: 'files'
  readonly kernel: string
  readonly initrd: string | undefined
  readonly root:
    | { readonly path: string; readonly imageType: 'raw' | 'qcow2'; readonly readOnly: boolean }
    | undefined
  readonly cmdline: string
  /** Version of systemd inside, where known. */
  readonly systemd: number | undefined
}

export type DebianRecipe = {
  readonly suite: string
  readonly packages: readonly string[]
  /** By path in the guest. `source` is an absolute host path whose content counts for the cache key. */
  readonly files: readonly {
    readonly path: string
    readonly mode: string
    readonly from: { readonly content: string } | { readonly source: string }
  }[]
  readonly run: readonly string[]
  readonly enable: readonly string[]
  readonly emptyRootPassword: boolean
}

export type CpuSpec = {
  readonly boot: number
  readonly max: number
  readonly topology:
    | {
        readonly threadsPerCore: number
        readonly coresPerDie: number
        readonly diesPerPackage: number
        readonly packages: number
      }
    | undefined
  readonly affinity: readonly { readonly vcpu: number; readonly host: readonly number[] }[]
  readonly nested: boolean
  readonly maxPhysBits: number
  readonly features: readonly 'amx'[]
  readonly coreScheduling: 'vm' | 'vcpu' | 'off' | undefined
}

export type MemorySpec = {
  /** Bytes at boot. */
  readonly size: number
  /** Bytes virtio-mem can add; 0 for none. */
  readonly hotplugSize: number
  readonly hotpluggedSize: number
  readonly shared: boolean
  readonly mergeable: boolean
  readonly hugepages: boolean
  readonly hugepageSize: number | undefined
  readonly prefault: boolean
  readonly thp: boolean
  readonly balloon:
    | { readonly size: number; readonly deflateOnOom: boolean; readonly freePageReporting: boolean }
    | undefined
}

export type TokenBucketSpec = {
  readonly size: number
  readonly refillTime: number
  readonly oneTimeBurst: number
}
export type RateLimitSpec = {
  readonly bandwidth: TokenBucketSpec | undefined
  readonly ops: TokenBucketSpec | undefined
}

export type VolumeSpec = {
  /** Stable device id: `vol0`, `vol1` … */
  readonly id: string
  readonly image: string
  /** Bytes; undefined when the image must exist. */
  readonly size: number | undefined
  readonly autoCreate: boolean
  readonly fsType: 'ext4' | 'xfs' | 'btrfs' | 'vfat' | 'swap' | 'none'
  readonly label: string | undefined
  readonly mkfsExtraArgs: readonly string[]
  readonly mountPoint: string | undefined
  readonly root: boolean
  readonly readOnly: boolean
  readonly imageType: 'raw' | 'qcow2' | 'vhd' | 'vhdx'
  readonly backingFiles: boolean
  readonly direct: boolean
  readonly serial: string
  readonly sparse: boolean
  readonly queues: number
  readonly queueSize: number
  readonly lockGranularity: 'byte-range' | 'full' | undefined
  readonly rateLimit: RateLimitSpec | undefined
  readonly rateLimitGroup: string | undefined
  readonly vhostUserSocket: string | undefined
  readonly pciSegment: number
  readonly iommu: boolean
}

export type InterfaceSpec = {
  /** Stable device id: `net0` … */
  readonly id: string
  readonly type: 'user' | 'tap' | 'macvtap' | 'vhost-user'
  /** Name of the host device, or of the interface. */
  readonly name: string
  readonly mac: string
  readonly mtu: number | undefined
  readonly queuePairs: number
  readonly queueSize: number
  readonly offload: boolean
  readonly socket: string | undefined
  readonly forwardPorts: readonly {
    readonly proto: 'tcp' | 'udp'
    readonly hostAddress: string
    readonly hostPort: number
    readonly guestPort: number
  }[]
  readonly rateLimit: RateLimitSpec | undefined
  readonly pciSegment: number
  readonly iommu: boolean
}

export type ShareSpec = {
  /** Stable device id: `fs0` … */
  readonly id: string
  readonly tag: string
  readonly source: string
  readonly mountPoint: string | undefined
  readonly readOnly: boolean
  readonly cache: 'auto' | 'always' | 'never' | 'metadata'
  readonly posixAcl: boolean
  readonly xattr: boolean
  readonly extraArgs: readonly string[]
  /** Socket of a virtiofsd that is not ours. */
  readonly socket: string | undefined
  readonly queueSize: number
  readonly pciSegment: number
  readonly iommu: boolean
}

export type PciSpec = {
  readonly id: string
  readonly path: string
  readonly pciSegment: number
  readonly iommu: boolean
}

export type VsockSpec = {
  readonly cid: number
  readonly notifyPort: number
  readonly ports: readonly {
    readonly name: string
    readonly port: number
    readonly socket: string | undefined
  }[]
}

export type ConsoleSpec = { readonly device: 'serial' | 'virtio' | 'off'; readonly login: boolean }

export type PlatformSpec = {
  readonly oemStrings: readonly string[]
  readonly uuid: string
  readonly serialNumber: string | undefined
  readonly manufacturer: string | undefined
  readonly productName: string | undefined
  readonly version: string | undefined
  readonly skuNumber: string | undefined
  readonly family: string | undefined
  readonly assetTag: string | undefined
  readonly numPciSegments: number
  readonly iommuSegments: readonly number[]
  readonly iommuAddressWidth: number | undefined
}

export type CredentialSpec = {
  readonly name: string
  readonly from:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'credential'; readonly id: string }
}

export type ReadySpec =
  | { readonly kind: 'system' }
  | { readonly kind: 'target'; readonly unit: string }
  | { readonly kind: 'booted' }
  | { readonly kind: 'process' }

/** All in milliseconds, for a guest that runs on KVM. The plan stretches the start times under software emulation. */
export type TimesSpec = {
  /** Without progress; the ones beside them are the limits of the whole, however much there is. */
  readonly start: number
  readonly startMax: number
  readonly stop: number
  readonly stopMax: number
}

export type UnitSpec = {
  readonly devices: readonly string[]
  readonly paths: readonly { readonly path: string; readonly access: 'r' | 'rw' }[]
}

export type LandlockSpec = {
  readonly enabled: boolean
  readonly rules: readonly { readonly path: string; readonly access: 'r' | 'rw' | 'w' }[]
}
