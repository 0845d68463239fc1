import type { Plan } from '../../../plan/plan.ts'
import { keyval } from '../keyval.ts'

/** The console on a socket the supervisor connects to, and the monitor (QMP) on another. */
export const consoleArgs = ({ spec, places }: Plan): string[] => [
  ...(spec.console.device === 'off'
    ? []
    : [
        '-chardev',
        listening('console', places.consoleVmm),
        ...(spec.console.device === 'serial'
          ? ['-device', keyval('isa-serial', { id: 'serial', chardev: 'console' })]
          : [
              '-device',
              keyval('virtio-serial-pci', { id: 'virtio-serial' }),
              '-device',
              keyval('virtconsole', { id: 'hvc0', chardev: 'console' }),
            ]),
      ]),
  '-chardev',
  listening('monitor', places.qmp),
  '-mon',
  keyval('monitor', { mode: 'control' }),
]

const listening = (id: string, path: string): string =>
  keyval('socket', { id, path, server: true, wait: false })
