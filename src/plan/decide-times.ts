import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Plan } from './plan.ts'

/** How much longer a guest may take to start when its CPU is emulated; measured boots are 3 to 10 times slower, and times have reserve. */
const STRETCH = 4

export const decideTimes = (times: MachineSpec['times'], accel: 'kvm' | 'tcg'): Plan['times'] =>
  accel === 'kvm'
    ? { ...times, because: 'as defined' }
    : {
        ...times,
        start: times.start * STRETCH,
        startMax: times.startMax * STRETCH,
        because: `start times are ${STRETCH} times as long as defined: the CPU is emulated`,
      }
