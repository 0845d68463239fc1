import { shareSocket } from '../../../plan/device-sockets.ts'
import type { Plan } from '../../../plan/plan.ts'
import { keyval } from '../keyval.ts'

export const shareArgs = ({ spec, places }: Plan): string[] =>
  spec.shares.flatMap((share) => [
    '-chardev',
    keyval('socket', { id: `${share.id}-socket`, path: shareSocket(places, share) }),
    '-device',
    keyval('vhost-user-fs-pci', {
      id: share.id,
      chardev: `${share.id}-socket`,
      tag: share.tag,
      'queue-size': share.queueSize,
    }),
  ])
