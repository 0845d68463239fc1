import { EMULATED_STRETCH } from '../spec/emulated-times.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { START_MARGIN_S, STOP_MARGIN_S } from './margins.ts'
import type { Settings } from './unit-text.ts'

/** Starts before a machine is given up, as many as without units (machine/restart-policy.ts). */
const BURST = 5

/** The longest pause between two of them. */
export const LONGEST_PAUSE_S = 60

/**
 * When a machine is given up. systemd counts starts within a time, so that time has to hold all of them: with less, a guest that gets nowhere is started
 * for ever. It is not made for the rare guest that gets on for all of startTimeoutMax and fails: systemd counts an administrator's
 * restarts as well, and would refuse the sixth in many hours. Whether the CPU is emulated is not known here.
 */
export const startLimit = ({ start, stop }: Pick<MachineSpec['times'], 'start' | 'stop'>): Settings => {
  const longest =
    START_MARGIN_S + Math.ceil((start * EMULATED_STRETCH + stop) / 1000) + STOP_MARGIN_S + LONGEST_PAUSE_S
  return [
    ['StartLimitIntervalSec', `${BURST * longest}s`],
    ['StartLimitBurst', String(BURST)],
  ]
}
