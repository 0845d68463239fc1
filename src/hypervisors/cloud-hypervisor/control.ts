import type { Control } from '../contract.ts'
import { decodeEvent } from './decode-event.ts'
import { droppedInInfo } from './dropped-keys.ts'
import { EVENTS } from './events.ts'
import { explain } from './explain.ts'

const INFO = { method: 'GET', path: '/api/v1/vm.info' } as const

/** How a running cloud-hypervisor is talked to (its docs/api.md). */
export const control: Control = {
  transport: 'http',
  socket: ({ places }) => places.api,
  powerButton: { method: 'PUT', path: '/api/v1/vm.power-button' },
  quit: { method: 'PUT', path: '/api/v1/vmm.shutdown' },
  consoleSocket: ({ spec, places }) => (spec.console.device === 'serial' ? places.consoleVmm : undefined),
  consolePty: {
    needed: ({ spec }) => spec.console.device === 'virtio',
    request: INFO,
    path: (answer) => {
      const file = (answer as { config?: { console?: { file?: unknown } | null } | null } | null)?.config
        ?.console?.file
      return typeof file === 'string' ? file : undefined
    },
  },
  verify: { request: INFO, dropped: droppedInInfo },
  pause: { method: 'PUT', path: '/api/v1/vm.pause' },
  resume: () => ({ method: 'PUT', path: '/api/v1/vm.resume' }),
  events: EVENTS,
  decodeEvent,
  explain,
}
