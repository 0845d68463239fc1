import type { MicrovmError } from '../errors/microvm-error.ts'
import type { Exit, Running } from '../host/process.ts'
import type { Bridge } from '../notify/bridge.ts'
import type { ConsoleRelay } from './console-relay.ts'
import type { GuestWatch } from './guest-watch.ts'
import type { Keeper } from './keep-places.ts'
import type { Helpers } from './start-helpers.ts'
import type { ControlServer } from './serve-control.ts'
import type { Vmm } from './start-vmm.ts'
import type { VmmControl } from './vmm-control.ts'

/** What ends a run. */
export type End =
  | { readonly kind: 'exited'; readonly exit: Exit }
  | { readonly kind: 'asked'; readonly because: string }
  | { readonly kind: 'failed'; readonly error: MicrovmError }

/** Everything of a run that has to be taken down again, in the order it came up. */
export type Parts = {
  console?: ConsoleRelay
  bridge?: Bridge
  server?: ControlServer
  keeper?: Keeper
  helpers?: Helpers
  readonly started: Running[]
  vmm?: Vmm
  /** Rejects when the VMM ends first. */
  connecting?: Promise<VmmControl>
  control?: VmmControl
  guest?: GuestWatch
  /** When the guest last got further, on the clock of `performance.now()`. */
  furtherAt?: number
}
