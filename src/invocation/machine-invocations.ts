import type { BootStep, Invocation, SecretFile } from './invocation.ts'

/** Everything that runs for one machine, in the order it is started. */
export type MachineInvocations = {
  readonly machine: string
  /** Where this is for another host: what that host is taken to have, and this one does not. */
  readonly assumed?: readonly string[]
  /** Directories that are made first, mode 0700. */
  readonly directories: readonly string[]
  readonly lock: string
  /** Written, mode 0600, before anything starts. */
  readonly files: readonly SecretFile[]
  readonly sidecars: readonly {
    readonly invocation: Invocation
    /** The socket that listens once it is ready. */
    readonly ready: { readonly listening: string }
  }[]
  readonly vmm: Invocation
  /** Socket of the VMM's control channel; it is there when the VMM is ready for `boot`. */
  readonly control: string
  readonly boot: readonly BootStep[]
}
