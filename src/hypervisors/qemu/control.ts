import type { Control } from '../contract.ts'
import { decodeEvent } from './decode-event.ts'
import { EVENTS } from './events.ts'
import { explain } from './explain.ts'

/** How a running QEMU is talked to: QMP. */
export const control: Control = {
  transport: 'qmp',
  socket: ({ places }) => places.qmp,
  powerButton: { execute: 'system_powerdown' },
  quit: { execute: 'quit' },
  consoleSocket: ({ spec, places }) => (spec.console.device === 'off' ? undefined : places.consoleVmm),
  pause: { execute: 'stop' },
  resume: (suspended) => ({ execute: suspended ? 'system_wakeup' : 'cont' }),
  events: EVENTS,
  decodeEvent,
  explain,
}
