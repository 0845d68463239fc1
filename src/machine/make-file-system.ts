import type { VolumeSpec } from '../spec/machine-spec.ts'

/** The program that makes a file system, or a swap area. */
export const makerOf = (fsType: VolumeSpec['fsType']): string =>
  fsType === 'swap' ? 'mkswap' : `mkfs.${fsType}`

/** Its arguments before the path of the image. */
export const makerArgs = ({ fsType, label, mkfsExtraArgs }: VolumeSpec): string[] => {
  const quiet = fsType === 'vfat' || fsType === 'swap' ? [] : fsType === 'btrfs' ? ['--quiet'] : ['-q']
  const labelFlag = fsType === 'vfat' ? '-n' : '-L'
  return [...quiet, ...(label === undefined ? [] : [labelFlag, label]), ...mkfsExtraArgs]
}
