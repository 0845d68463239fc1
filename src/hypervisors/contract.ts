import type { MachineEvent } from '../events/event.ts'
import type { BootStep, ControlRequest, Invocation, SecretFile } from '../invocation/invocation.ts'
import type { Need } from '../plan/need-program.ts'
import type { Plan } from '../plan/plan.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Problem } from '../errors/problem.ts'
import type { VmmEvents } from './vmm-events.ts'

/**
 * What a hypervisor back-end provides: data and pure functions, no effects.
 * Back-ends never import each other; only `registry.ts` names them. Shared code asks a capability, never a name.
 */
export type Hypervisor = {
  readonly name: string
  /** Key of its program in `Observed.programs`. */
  readonly program: 'cloud-hypervisor' | 'qemu'
  readonly capabilities: Capabilities
  /** Everything the definition asks for that this hypervisor, at this version and on this CPU, cannot do; all of it, with fixes. */
  readonly check: (spec: MachineSpec, version: readonly number[], accel: 'kvm' | 'tcg') => Problem[]
  /** Further programs it needs for this machine. */
  readonly needs: (spec: MachineSpec) => Need[]
  /** What only shows when the values of the secrets are known: sizes. To be asked before `compile`. */
  readonly checkSecrets: (plan: Plan, secrets: readonly Secret[]) => Problem[]
  /** Plan (with `image` present) and the values of the secrets → what to run. */
  readonly compile: (plan: Plan, secrets: readonly Secret[]) => Compiled
  readonly control: Control
}

export type Secret = { readonly name: string; readonly value: string | Uint8Array }

export type Capabilities = {
  /** Oldest version that works. */
  readonly minVersion: readonly number[]
  readonly arch: readonly ('x86_64' | 'aarch64')[]
  readonly accel: readonly ('kvm' | 'tcg')[]
  /** Whether the host sees the guest's half-close of a vsock stream, from which version on; `false`: never. */
  readonly halfClose: readonly number[] | false
  /** Whether its vsock device needs a vhost-user helper. */
  readonly vsockHelper: boolean
  /** Whether type "user" interfaces need passt. */
  readonly userNetHelper: boolean
  /** Interface types. */
  readonly interfaces: readonly MachineSpec['interfaces'][number]['type'][]
  readonly virtioMem: boolean
  /** Whether it reads VHD images that grow, beside those of a fixed size. */
  readonly dynamicVhd: boolean
  readonly landlock: boolean
  readonly rateLimits: boolean
  readonly pciPassthrough: boolean
  readonly watchdog: boolean
  readonly tpm: boolean
  /** Rows of the README's table: feature → yes/no/short remark. Checked by test/agreement. */
  readonly table: Readonly<Record<string, string>>
}

export type Compiled = {
  /** Written 0600 into `places.secrets` before anything starts. */
  readonly files: readonly SecretFile[]
  readonly vmm: Invocation
  /** Requests that make and boot the machine once the VMM answers, in order; empty when argv does it all. */
  readonly boot: readonly BootStep[]
}

export type { BootStep }

/** How a running VMM is talked to: values, performed by `host/`. */
export type Control = {
  readonly transport: 'http' | 'qmp'
  /** Socket of the control channel. */
  readonly socket: (plan: Plan) => string
  /** Presses the ACPI power button; the guest may ignore it. */
  readonly powerButton: ControlRequest | QmpCommand
  /** Ends the VMM at once, without telling the guest. */
  readonly quit: ControlRequest | QmpCommand
  /** Stops the virtual CPUs. */
  readonly pause: ControlRequest | QmpCommand
  /** Lets them go on; `suspended`: the guest sleeps and is woken up. */
  readonly resume: (suspended: boolean) => ControlRequest | QmpCommand
  /** Where the console of the machine is found: a socket the VMM listens on, or a pty named in this answer. */
  readonly consoleSocket: (plan: Plan) => string | undefined
  /** Where the console is a pty the VMM opened itself: the request to ask with, and where its path is in the answer. */
  readonly consolePty?: {
    readonly needed: (plan: Plan) => boolean
    readonly request: ControlRequest
    readonly path: (answer: unknown) => string | undefined
  }
  /** Asked once after `boot`'s first request: what the VMM understood, compared with what it was told. */
  readonly verify?: {
    readonly request: ControlRequest
    /** Keys it dropped without a word, dotted; empty when all arrived. */
    readonly dropped: (answer: unknown, body: unknown) => string[]
  }
  /** All it can report, and what becomes of each. */
  readonly events: VmmEvents
  /** One record of the VMM's event stream → an event, or undefined when it says nothing of interest. */
  readonly decodeEvent: (record: unknown) => MachineEvent | undefined
  /** Well-known error output → a better message; undefined: no idea. */
  readonly explain: (output: string) =>
    | {
        readonly code:
          | 'DISK_IN_USE'
          | 'VMM_START_FAILED'
          | 'FILE_WRONG_KIND'
          | 'HOST_PERMISSION'
          | 'KVM_UNUSABLE'
          | 'FILE_MISSING'
          | 'FILE_NO_PERMISSION'
        readonly message: string
        readonly fix: string
      }
    | undefined
}

export type QmpCommand = { readonly execute: string; readonly arguments?: Readonly<Record<string, unknown>> }
