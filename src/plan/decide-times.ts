import { EMULATED_STRETCH } from '../spec/emulated-times.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Plan } from './plan.ts'

export const decideTimes = (times: MachineSpec['times'], accel: 'kvm' | 'tcg'): Plan['times'] =>
  accel === 'kvm'
    ? { ...times, because: 'as defined' }
    : {
        ...times,
        start: times.start * EMULATED_STRETCH,
        startMax: times.startMax * EMULATED_STRETCH,
        because: `start times are ${EMULATED_STRETCH} times as long as defined: the CPU is emulated`,
      }
