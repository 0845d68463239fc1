import type { Plan } from '../../../plan/plan.ts'
import { volumePath } from '../../../plan/volume-path.ts'
import type { VolumeSpec } from '../../../spec/machine-spec.ts'
import { pciKeys } from './pci.ts'
import { rateLimiter } from './rate-limit.ts'

/** Spelling of ImageType in JSON. Always given: a guessed raw image refuses writes to its first sector. */
const IMAGE_TYPE = { raw: 'Raw', qcow2: 'Qcow2', vhd: 'FixedVhd', vhdx: 'Vhdx' } as const
const LOCK = { 'byte-range': 'ByteRange', full: 'Full' } as const

/** DiskConfig[]: the root disk first, so that it is /dev/vda. */
export const disks = ({ image, spec, places }: Plan) => [
  ...(image?.root === undefined
    ? []
    : [
        {
          id: 'root',
          path: image.root.path,
          readonly: image.root.readOnly,
          image_type: IMAGE_TYPE[image.root.imageType],
          serial: 'root',
        },
      ]),
  ...spec.volumes.map((volume) =>
    volume.vhostUserSocket === undefined
      ? fileDisk(volume, volumePath(places, volume))
      : vhostUserDisk(volume, volume.vhostUserSocket),
  ),
]

const fileDisk = (volume: VolumeSpec, path: string) => ({
  ...common(volume),
  path,
  readonly: volume.readOnly,
  direct: volume.direct,
  image_type: IMAGE_TYPE[volume.imageType],
  backing_files: volume.backingFiles,
  sparse: volume.sparse,
  ...(volume.lockGranularity === undefined ? {} : { lock_granularity: LOCK[volume.lockGranularity] }),
  ...(volume.rateLimit === undefined ? {} : { rate_limiter_config: rateLimiter(volume.rateLimit) }),
  ...(volume.rateLimitGroup === undefined ? {} : { rate_limit_group: volume.rateLimitGroup }),
})

const vhostUserDisk = (volume: VolumeSpec, socket: string) => ({
  ...common(volume),
  vhost_user: true,
  vhost_socket: socket,
  readonly: volume.readOnly,
})

const common = (volume: VolumeSpec) => ({
  ...pciKeys(volume),
  serial: volume.serial,
  num_queues: volume.queues,
  queue_size: volume.queueSize,
})
