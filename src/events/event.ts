/**
 * Everything that can happen to a machine. The supervisor appends these to `events.jsonl` (with `at`, `boot`, `machine`),
 * and everything a person sees is rendered from them. Fields are added, never renamed; readers ignore kinds they do not know.
 */
export type MachineEvent =
  /** First event of a run: tells a reader of the file which supervisor wrote what follows. */
  | { readonly kind: 'run'; readonly pid: number; readonly definition: string; readonly planHash: string }
  /** The lifecycle moved (events/lifecycle.ts). */
  | { readonly kind: 'state'; readonly from: State; readonly to: State; readonly because: string }
  /** A step of the plan began. */
  | { readonly kind: 'step'; readonly do: string; readonly what: string }
  | {
      readonly kind: 'vmm-started'
      readonly hypervisor: string
      readonly version: string
      readonly pid: number
    }
  | { readonly kind: 'vmm-booted' }
  /** The virtual CPUs stand still, and why (events/standstill.ts). `device`: the disk that cannot be written. */
  | {
      readonly kind: 'vmm-paused'
      readonly cause: PauseCause
      readonly because: string
      readonly device?: string
    }
  | { readonly kind: 'vmm-resumed' }
  /** The hypervisor says that it is about to end, and why: `guest-shutdown`, `host-signal`, `host-qmp-quit` … (QMP, ShutdownCause). */
  | { readonly kind: 'vmm-ending'; readonly reason: string }
  /** A disk of the host failed under the guest. `action`: `stop` pauses the machine, `report` tells the guest, `ignore` neither. */
  | {
      readonly kind: 'disk-error'
      readonly device: string
      readonly operation: string
      readonly action: string
      readonly reason: string
    }
  | { readonly kind: 'vmm-exited'; readonly code: number | undefined; readonly signal: string | undefined }
  | { readonly kind: 'sidecar-started'; readonly name: string; readonly pid: number }
  | {
      readonly kind: 'sidecar-exited'
      readonly name: string
      readonly code: number | undefined
      readonly signal: string | undefined
    }
  /** The guest's PID 1 spoke for the first time in this boot. */
  | { readonly kind: 'guest-hello'; readonly hostname?: string; readonly machineId?: string }
  | { readonly kind: 'guest-unit'; readonly unit: string; readonly active: boolean }
  | { readonly kind: 'guest-status'; readonly status: string }
  | { readonly kind: 'guest-ready' }
  /** Emergency or rescue mode; `unit` is the target, or `initrd` for the emergency shell of an initrd. */
  | { readonly kind: 'guest-emergency'; readonly unit: string }
  | { readonly kind: 'guest-shutdown'; readonly how: string; readonly exitStatus?: number }
  /** The VMM resets the machine; a new boot begins in the same process. */
  | { readonly kind: 'guest-rebooting' }
  | { readonly kind: 'guest-panic' }
  /** The console says that the kernel panicked. Any process of the guest can write there, so it ends no machine that was ready. */
  | { readonly kind: 'console-panic'; readonly text: string }
  /** The guest fed its watchdog too late; `action` is what the hypervisor does about it. */
  | { readonly kind: 'guest-watchdog'; readonly action: string }
  /** Memory of the guest behind a memory device or beside the balloon has another size. */
  | { readonly kind: 'guest-memory'; readonly device: string; readonly bytes: number }
  /** Something on the notify socket that was not forwarded, and why; written the 1st, 10th, 100th … time, whatever the reasons. */
  | { readonly kind: 'notify-ignored'; readonly why: string }
  /** Something left by an earlier run was removed. */
  | { readonly kind: 'cleaned'; readonly what: string }
  | { readonly kind: 'stop-step'; readonly step: StopStep }
  /** `exitStatus`: the one the guest gave with its shutdown. */
  | {
      readonly kind: 'stopped'
      readonly outcome: Outcome
      readonly because: string
      readonly exitStatus?: number
    }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly because?: string
      readonly fix?: string
    }
  /** It has ended and is started again (restart policy); comes before the state that it ended in. `failures`: starts in a row that did not get ready. */
  | {
      readonly kind: 'restarting'
      readonly inMs: number
      readonly failures: number
      readonly because: string
    }
  | { readonly kind: 'warning'; readonly message: string }

/** `graceful`: the guest shut itself down. `forced`: the VMM was told to end. `killed`: SIGKILL. `crashed`: it ended by itself. */
export type Outcome = 'graceful' | 'forced' | 'killed' | 'crashed'

/** `disk`: an I/O error; `request`: somebody asked the hypervisor; `suspend`: the guest went to sleep; `watchdog`: the guest's watchdog, told to pause it. */
export type PauseCause = 'disk' | 'request' | 'suspend' | 'watchdog'

export type StopStep =
  | 'resume'
  | 'power-button'
  | 'guest-poweroff'
  | 'vmm-quit'
  | 'vmm-term'
  | 'vmm-kill'
  | 'sidecars'
  | 'cleanup'

export type State =
  | 'stopped'
  | 'preparing'
  | 'starting'
  | 'booting'
  | 'ready'
  | 'emergency'
  | 'rebooting'
  | 'paused'
  | 'stopping'
  | 'failed'

/** One line of `events.jsonl`. */
export type Recorded = MachineEvent & {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly machine: string
  /** Counts the boots of the guest within one run, from 1; 0 before the first. */
  readonly boot: number
}
