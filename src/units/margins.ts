/** Beyond the guest's own time: VMM quit, TERM, KILL, helpers (machine/stop-vmm.ts, machine/stop-helpers.ts). */
export const STOP_MARGIN_S = 45

/** Before the guest's own time begins: node starts, looks at the host, takes the lock (machine/lock-machine.ts). */
export const START_MARGIN_S = 60
