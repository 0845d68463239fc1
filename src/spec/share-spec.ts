import type { Machine } from '../definition/schema.ts'
import type { ShareSpec } from './machine-spec.ts'
import type { ResolvePath } from './resolve-path.ts'

type Share = NonNullable<Machine['shares']>[number]

export const shareSpec = (share: Share, index: number, resolve: ResolvePath): ShareSpec => ({
  id: `fs${index}`,
  tag: share.tag,
  source: resolve(share.source),
  mountPoint: share.mountPoint,
  readOnly: share.readOnly ?? false,
  cache: share.cache ?? 'auto',
  posixAcl: share.posixAcl ?? false,
  xattr: share.xattr ?? share.posixAcl ?? false,
  extraArgs: share.extraArgs ?? [],
  socket: share.socket === undefined ? undefined : resolve(share.socket),
  queueSize: share.queueSize ?? 1024,
  pciSegment: share.pciSegment ?? 0,
  iommu: share.iommu ?? false,
})
