import { shareSocket } from '../../../plan/device-sockets.ts'
import type { Plan } from '../../../plan/plan.ts'
import { pciKeys } from './pci.ts'

/** FsConfig[]. */
export const shares = ({ spec, places }: Plan) =>
  spec.shares.map((share) => ({
    ...pciKeys(share),
    tag: share.tag,
    socket: shareSocket(places, share),
    num_queues: 1,
    queue_size: share.queueSize,
  }))
