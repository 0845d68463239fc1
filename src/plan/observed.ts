/** What was found on this host: the only way back from the effects into the pure stages. Made by `host/observe-host.ts`. */
export type Observed = {
  readonly arch: 'x86_64' | 'aarch64'
  readonly kvm: KvmState
  /** Programs by name; absent ones are missing from the host. */
  readonly programs: Readonly<Partial<Record<ProgramName, Program>>>
  readonly uid: number
  readonly gid: number
  /** Whether this user may give further ids to what it runs. */
  readonly idMapping: IdMapping
  /** Kernel release, e.g. `6.12.107`. */
  readonly kernel: string
  /** What was not found but taken for granted, for `--for HYPERVISOR` (`assume-host.ts`). */
  readonly assumed?: readonly ('KVM' | ProgramName)[]
}

/** Ids from `first` on, `count` of them. */
export type IdRange = { readonly first: number; readonly count: number }

/** The ids of the host that a user may map into a user namespace, beside its own. */
export type SubordinateIds = { readonly uids: readonly IdRange[]; readonly gids: readonly IdRange[] }

/** `because` and `fix` are sentences for people. */
export type IdMapping =
  | { readonly usable: true; readonly uids: IdRange; readonly gids: IdRange }
  | { readonly usable: false; readonly because: string; readonly fix: string }

export type KvmState =
  | { readonly usable: true }
  /** `because` and `fix` are sentences for people: no device, no permission, no hardware virtualisation behind it. */
  | { readonly usable: false; readonly because: string; readonly fix: string }

export type ProgramName =
  | 'cloud-hypervisor'
  | 'ch-remote'
  | 'qemu'
  | 'qemu-img'
  | 'vhost-device-vsock'
  | 'virtiofsd'
  | 'passt'
  | 'mmdebstrap'
  | 'mkfs.erofs'
  | 'setpriv'
  | 'flock'
  | 'nix'

export type Program = {
  /** Absolute path. */
  readonly path: string
  /** As the program printed it, e.g. `53.0`. */
  readonly version: string
  /** The numbers in it, e.g. `[53, 0]`; empty when it could not be told. */
  readonly numbers: readonly number[]
  /** Why it could not be asked for its version: it hangs, or cannot be run. A sentence. */
  readonly trouble?: string
}
