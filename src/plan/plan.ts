import type { FilesImage, MachineSpec, TimesSpec } from '../spec/machine-spec.ts'
import type { Owners } from './decide-owners.ts'
import type { Places } from './places.ts'
import type { Program } from './observed.ts'

/** What will happen on this host, and why. Holds no flag of any hypervisor. */
export type Plan = {
  readonly spec: MachineSpec
  readonly places: Places
  readonly arch: 'x86_64' | 'aarch64'
  readonly hypervisor: Choice<{
    readonly name: string
    readonly program: Program
    readonly accel: 'kvm' | 'tcg'
  }>
  /** The image as files; `undefined` until it was built (`microvm plan` of a machine whose image is not there yet). */
  readonly image: FilesImage | undefined
  readonly cmdline: readonly string[]
  /** Whether the guest's memory is shared with other processes, as every vhost-user device needs. */
  readonly memory: Choice<{ readonly shared: boolean }>
  /** SMBIOS type 11 strings the machine gets, `vmm.notify_socket` first; values of secrets are not in here, see `secretCredentials`. */
  readonly oemStrings: readonly string[]
  /**
   * Every credential the user gave, whatever its source: all are treated as secrets. Their values are read when the machine
   * starts and become further OEM strings, in this order.
   */
  readonly secretCredentials: readonly {
    readonly name: string
    readonly from:
      | { readonly kind: 'file'; readonly path: string }
      | { readonly kind: 'credential'; readonly id: string }
      | { readonly kind: 'text'; readonly text: string }
  }[]
  readonly sidecars: readonly SidecarPlan[]
  readonly notify: Choice<{ readonly socket: string; readonly answer: 'on-data' | 'on-eof' }>
  readonly times: Choice<TimesSpec>
  readonly programs: Readonly<Record<string, Program>>
  readonly steps: readonly Step[]
  /** What this plan takes for granted of the host it is for, in words; only where it is not for this host (`--for HYPERVISOR`). */
  readonly assumed?: readonly string[]
}

/** A decision and its reason, one sentence each. */
type Choice<T> = T & { readonly because: string }

export type SidecarPlan =
  | {
      readonly kind: 'vhost-device-vsock'
      readonly name: string
      readonly program: Program
      readonly socket: string
    }
  | {
      readonly kind: 'virtiofsd'
      readonly name: string
      readonly program: Program
      readonly socket: string
      readonly share: MachineSpec['shares'][number]
      readonly owners: Owners
    }
  | {
      readonly kind: 'passt'
      readonly name: string
      readonly program: Program
      readonly socket: string
      readonly interface: MachineSpec['interfaces'][number]
      /** Started by root it would change to `nobody`, who cannot reach our run directory. */
      readonly asRoot: boolean
    }

/** What `microvm plan` prints, in order. The supervisor performs the same list. */
export type Step = {
  readonly do:
    | 'build-image'
    | 'create-volume'
    | 'use-volume'
    | 'listen'
    | 'start-sidecar'
    | 'start-vmm'
    | 'wait-ready'
    | 'stay'
  readonly what: string
  readonly because: string
}
