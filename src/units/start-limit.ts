import { EMULATED_STRETCH } from '../spec/emulated-times.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { START_MARGIN_S, STOP_MARGIN_S } from './margins.ts'
import type { Settings } from './unit-text.ts'

/** Starts before a machine is given up, as many as without units (machine/restart-policy.ts). */
const BURST = 5

/** The longest pause between two of them. */
export const LONGEST_PAUSE_S = 60

/**
 * When a machine is given up. systemd counts starts within a time, so that time has to hold all of them however long each may take:
 * with less, a guest that fails slowly is started for ever. Whether its CPU is emulated is not known here.
 */
export const startLimit = ({
  startMax,
  stopMax,
}: Pick<MachineSpec['times'], 'startMax' | 'stopMax'>): Settings => {
  const longest =
    START_MARGIN_S +
    Math.ceil((startMax * EMULATED_STRETCH + stopMax) / 1000) +
    STOP_MARGIN_S +
    LONGEST_PAUSE_S
  return [
    ['StartLimitIntervalSec', `${BURST * longest}s`],
    ['StartLimitBurst', String(BURST)],
  ]
}
