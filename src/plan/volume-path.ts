import { isAbsolute, join } from 'node:path'
import type { VolumeSpec } from '../spec/machine-spec.ts'
import type { Places } from './places.ts'

/** Where a volume's image lies: as written when absolute, else in the machine's state directory. */
export const volumePath = (places: Pick<Places, 'volumes'>, volume: Pick<VolumeSpec, 'image'>): string =>
  isAbsolute(volume.image) ? volume.image : join(places.volumes, volume.image)
