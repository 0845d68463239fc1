import type { State } from '../events/event.ts'
import type { Outcome } from '../events/event.ts'
import type { ProcessId } from '../host/proc.ts'

/** What was started, as it is kept on disk while the machine runs and after. No secrets. */
export type Record = {
  readonly schema: 1
  readonly machine: string
  /** The definition file it was started from. */
  readonly definition: string
  /** Hash over the decided plan: tells whether the definition has changed since. */
  readonly planHash: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly supervisor: ProcessId
  readonly vmm: ProcessId | null
  readonly helpers: readonly (ProcessId & { readonly name: string })[]
  readonly hypervisor: { readonly name: string; readonly version: string; readonly accel: 'kvm' | 'tcg' }
  readonly state: State
  /** When that state was reached; ISO 8601. */
  readonly since: string
  readonly because: string
  /** The guest's last STATUS, made harmless. */
  readonly guestStatus: string | null
  /** From the start of the supervisor to ready; of the first boot. */
  readonly readyAfterMs: number | null
  /** Boots of the guest within this run. */
  readonly boots: number
  readonly outcome: Outcome | null
  /** The exit status the guest gave when it shut down (`systemctl exit 7`); null when it gave none. */
  readonly exitStatus: number | null
  readonly failure: {
    readonly code: string
    readonly message: string
    readonly because?: string
    readonly fix?: string
  } | null
  /** ISO 8601: it has ended, and its supervisor will start it again then. */
  readonly restartAt: string | null
  /** What is unusual about this run, and still holds: a directory that was removed under it, for example. */
  readonly notice: string | null
  /** Machines of its definition that it comes after: the order in which it is stopped is known without the definition. */
  readonly after: readonly string[]
  /** Where its guest comes from, for people; null in records of older versions. */
  readonly image: string | null
  /** Ports of the host that lead to the guest, for people. */
  readonly forwards: readonly string[]
  /** Directories and sockets others may need. */
  readonly run: string
  readonly console: string
  readonly vsock: string
  readonly ports: { readonly [name: string]: number }
}
