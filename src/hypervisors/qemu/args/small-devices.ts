import type { Plan } from '../../../plan/plan.ts'
import { keyval } from '../keyval.ts'

/** vsock, rng, balloon, watchdog, panic, TPM, passed-through PCI. */
export const smallDeviceArgs = ({ spec, places }: Plan): string[] => [
  '-chardev',
  keyval('socket', { id: 'vsock-socket', path: places.vhostVsock }),
  '-device',
  keyval('vhost-user-vsock-pci', { id: 'vsock', chardev: 'vsock-socket' }),
  '-object',
  keyval('rng-random', { id: 'entropy', filename: spec.rngSource }),
  '-device',
  keyval('virtio-rng-pci', { id: 'rng', rng: 'entropy' }),
  ...(spec.memory.balloon === undefined
    ? []
    : [
        '-device',
        keyval('virtio-balloon-pci', {
          id: 'balloon',
          'deflate-on-oom': spec.memory.balloon.deflateOnOom,
          'free-page-reporting': spec.memory.balloon.freePageReporting,
        }),
      ]),
  // Not q35's own TCO timer: Debian's cloud kernel has a driver for this one only.
  ...(spec.watchdog ? ['-device', keyval('i6300esb', { id: 'watchdog' })] : []),
  ...(spec.pvpanic ? ['-device', keyval('pvpanic-pci', { id: 'panic' })] : []),
  ...(spec.tpmSocket === undefined
    ? []
    : [
        '-chardev',
        keyval('socket', { id: 'tpm-socket', path: spec.tpmSocket }),
        '-tpmdev',
        keyval('emulator', { id: 'tpm', chardev: 'tpm-socket' }),
        '-device',
        keyval('tpm-crb', { tpmdev: 'tpm' }),
      ]),
  ...spec.devices.flatMap(({ id, path }) => ['-device', keyval('vfio-pci', { id, host: path })]),
]
