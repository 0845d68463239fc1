import { sizeText } from '../size-text.ts'
import type { VolumeSpec } from '../machine-spec.ts'
import { type Finding, clash, those, wrong } from './rule.ts'

type At = (key: string) => (string | number)[]

/**
 * The smallest that each mkfs makes with its defaults, in bytes: mkfs.xfs(8) since xfsprogs 5.19; what mkfs.btrfs 6 names as its minimum; tried with
 * mkfs.ext4 1.47 and mkfs.fat 4.2; mkswap(8): ten pages.
 */
const LEAST: Readonly<Partial<Record<VolumeSpec['fsType'], number>>> = {
  xfs: 300 * 2 ** 20,
  btrfs: 114_294_784,
  ext4: 128 * 2 ** 10,
  vfat: 64 * 2 ** 10,
  swap: 40 * 2 ** 10,
}

/** A volume too small for the file system that is to be made in it. mkfsExtraArgs may lower the limit; then mkfs decides. */
export const smallFindings = (
  { size, fsType, imageType, autoCreate, mkfsExtraArgs }: VolumeSpec,
  at: At,
): Finding[] => {
  const least = LEAST[fsType]
  if (size === undefined || !autoCreate || imageType !== 'raw' || mkfsExtraArgs.length > 0) return []
  if (least === undefined || size >= least) return []
  return [
    wrong(
      at('size'),
      `is ${sizeText(size)}, too small for ${fsType === 'swap' ? 'a swap area' : fsType}.`,
      `${fsType === 'swap' ? 'mkswap' : `mkfs.${fsType}`} makes none below ${sizeText(least)}.`,
      `Write size = "${Math.ceil(least / 2 ** 20)}M" or more${fsType === 'ext4' || fsType === 'swap' ? '' : ', or use fsType = "ext4"'}.`,
    ),
  ]
}

/** A swap area is found by its serial, written to, and mounted nowhere. */
export const swapFindings = (volume: VolumeSpec, at: At): Finding[] =>
  volume.fsType !== 'swap'
    ? []
    : those(
        volume.mountPoint !== undefined &&
          clash(
            at('mountPoint'),
            'is set for a swap volume.',
            'The guest swaps on it; there is nothing to mount.',
            'Remove mountPoint, or choose another fsType.',
          ),
        volume.readOnly &&
          clash(
            at('readOnly'),
            'is true for a swap volume.',
            'Swapping writes.',
            'Remove readOnly, or choose another fsType.',
          ),
        volume.vhostUserSocket !== undefined &&
          clash(
            at('fsType'),
            'is "swap" for a vhost-user volume.',
            'The guest finds the disk by its serial, and that of a vhost-user disk is up to its back-end.',
            'Remove fsType, and let the guest swap on it by its own fstab.',
          ),
        volume.imageType !== 'raw' &&
          volume.size !== undefined &&
          volume.autoCreate &&
          clash(
            at('imageType'),
            `is "${volume.imageType}" for a swap volume.`,
            'A swap area is made in raw images only.',
            'Remove imageType.',
          ),
      )
