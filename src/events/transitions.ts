import type { State } from './event.ts'
import type { LifecycleEvent } from './lifecycle.ts'

/** `fails`: the run has failed by this. `unless-ready`: only when the machine was never ready in this run. */
export type Arrow = { readonly to: State; readonly fails?: true | 'unless-ready' }

const to = (state: State): Arrow => ({ to: state })
const fail: Arrow = { to: 'stopping', fails: true }
const end: Arrow = { to: 'stopping', fails: 'unless-ready' }

/**
 * The lifecycle of a machine. What is not in the table is ignored in that state.
 *
 *              start         prepared         vmm-booted
 *    stopped ────────► preparing ───► starting ────────► booting ◄────────────────────────┐
 *    failed ─────────►    │              │                │  │ │                          │ guest-hello
 *       ▲                 │              │     guest-ready│  │ │guest-emergency           │
 *       │                 │              │                ▼  │ ▼                          │
 *       │                 │              │             ready ◄──► emergency ─────────► rebooting
 *       │                 │              │                │  │         guest-rebooting     │
 *       │ cleaned-up      ▼              ▼                ▼  ▼                             ▼
 *    stopped ◄──────── stopping ◄──────────────────────────────────────────────────────────
 *    or failed                   stop · give-up · guest-poweroff · vmm-exited · vmm-crashed · sidecar-lost
 *
 * Each state between `starting` and `rebooting` can be `paused`, and goes on where it was.
 * `ready` may also follow `rebooting` at once: guests before systemd 256 say nothing but READY=1. A soft reboot takes
 * `ready` to `booting` by way of `rebooting`. `stopping` hears nothing but `cleaned-up`: whatever the guest still says, it ends.
 */
export const TRANSITIONS: Readonly<Record<State, Readonly<Partial<Record<LifecycleEvent, Arrow>>>>> = {
  stopped: { start: to('preparing') },
  failed: { start: to('preparing') },
  preparing: {
    prepared: to('starting'),
    'give-up': fail,
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': fail,
    'vmm-crashed': fail,
  },
  starting: {
    'vmm-booted': to('booting'),
    // The streams of the VMM and of the guest are two; either may be read first.
    'guest-hello': to('booting'),
    'guest-ready': to('ready'),
    'guest-emergency': to('emergency'),
    'give-up': fail,
    'vmm-paused': to('paused'),
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': fail,
    'vmm-crashed': fail,
  },
  booting: {
    'guest-ready': to('ready'),
    'guest-emergency': to('emergency'),
    'guest-rebooting': to('rebooting'),
    'guest-poweroff': end,
    'give-up': fail,
    'vmm-paused': to('paused'),
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': end,
    'vmm-crashed': fail,
  },
  ready: {
    'guest-emergency': to('emergency'),
    'guest-rebooting': to('rebooting'),
    'guest-poweroff': to('stopping'),
    'vmm-paused': to('paused'),
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': to('stopping'),
    'vmm-crashed': fail,
  },
  emergency: {
    'guest-ready': to('ready'),
    'guest-rebooting': to('rebooting'),
    'guest-poweroff': end,
    'give-up': fail,
    'vmm-paused': to('paused'),
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': end,
    'vmm-crashed': fail,
  },
  rebooting: {
    'vmm-booted': to('booting'),
    'guest-hello': to('booting'),
    'guest-ready': to('ready'),
    'guest-emergency': to('emergency'),
    'guest-poweroff': end,
    'give-up': fail,
    'vmm-paused': to('paused'),
    stop: to('stopping'),
    'sidecar-lost': fail,
    'vmm-exited': end,
    'vmm-crashed': fail,
  },
  // Answered by what the state behind it answers (lifecycle.ts).
  paused: {},
  stopping: { 'cleaned-up': to('stopped') },
}
