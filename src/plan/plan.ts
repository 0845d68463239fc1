import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
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
  /** SMBIOS type 11 strings the machine gets, `vmm.notify_socket` first; values of secrets are not in here, see `secretCredentials`. */
  readonly oemStrings: readonly string[]
  /** Credentials whose values are read when the machine starts; they become further OEM strings. */
  readonly secretCredentials: readonly {
    readonly name: string
    readonly from:
      | { readonly kind: 'file'; readonly path: string }
      | { readonly kind: 'credential'; readonly id: string }
      | { readonly kind: 'text'; readonly text: string }
  }[]
  readonly sidecars: readonly SidecarPlan[]
  readonly notify: Choice<{ readonly socket: string; readonly answer: 'on-data' | 'on-eof' }>
  readonly times: Choice<{ readonly start: number; readonly startMax: number; readonly stop: number }>
  readonly programs: Readonly<Record<string, Program>>
  readonly steps: readonly Step[]
}

/** A decision and its reason, one sentence each. */
export type Choice<T> = T & { readonly because: string }

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
    }
  | {
      readonly kind: 'passt'
      readonly name: string
      readonly program: Program
      readonly socket: string
      readonly interface: MachineSpec['interfaces'][number]
    }

/** What `microvm plan` prints, in order. The supervisor performs the same list. */
export type Step = {
  readonly do: 'build-image' | 'create-volume' | 'listen' | 'start-sidecar' | 'start-vmm' | 'wait-ready'
  readonly what: string
  readonly because: string
}
