import type { Machine } from '../definition/schema.ts'
import { bytesOfSize } from '../definition/size.ts'
import type { VolumeSpec } from './machine-spec.ts'
import { rateLimitSpec } from './rate-limit-spec.ts'
import type { ResolvePath } from './resolve-path.ts'

type Volume = NonNullable<Machine['volumes']>[number]

/** The image stays as written: relative ones lie in the machine's state directory, which only the plan knows. */
export const volumeSpec = (volume: Volume, index: number, resolve: ResolvePath): VolumeSpec => ({
  id: `vol${index}`,
  image: volume.image.startsWith('~') ? resolve(volume.image) : volume.image,
  size: volume.size === undefined ? undefined : bytesOfSize(volume.size),
  autoCreate: canBeCreated(volume) && volume.autoCreate !== false,
  fsType: volume.fsType ?? 'ext4',
  label: volume.label,
  mkfsExtraArgs: volume.mkfsExtraArgs ?? [],
  mountPoint: volume.mountPoint,
  root: volume.root ?? false,
  readOnly: volume.readOnly ?? false,
  imageType: volume.imageType ?? 'raw',
  backingFiles: volume.backingFiles ?? false,
  direct: volume.direct ?? false,
  serial: volume.serial ?? `vol${index}`,
  sparse: volume.sparse ?? true,
  queues: volume.queues ?? 1,
  queueSize: volume.queueSize ?? 128,
  lockGranularity: volume.lockGranularity,
  rateLimit: volume.rateLimit === undefined ? undefined : rateLimitSpec(volume.rateLimit),
  rateLimitGroup: volume.rateLimitGroup,
  vhostUserSocket: volume.vhostUserSocket === undefined ? undefined : resolve(volume.vhostUserSocket),
  pciSegment: volume.pciSegment ?? 0,
  iommu: volume.iommu ?? false,
})

const canBeCreated = ({ image, size, readOnly, vhostUserSocket }: Volume): boolean =>
  size !== undefined && readOnly !== true && vhostUserSocket === undefined && !image.startsWith('/dev/')
