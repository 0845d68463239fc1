import { type Finding, type Rule, clash, those, wrong } from './rule.ts'

/** File systems that can be the upper layer of overlayfs: they have whiteouts, d_type and trusted.* attributes. */
const UPPER = ['ext4', 'xfs', 'btrfs']

export const rootVolumeRules: Rule = {
  reads: ['volumes'],
  check: ({ volumes }) => {
    const roots = volumes.flatMap((volume, index) => (volume.root ? [{ volume, index }] : []))
    return roots.flatMap(({ volume, index }, position): Finding[] => {
      const at = (key: string) => ['volumes', index, key]
      return those(
        position > 0 &&
          clash(
            at('root'),
            'is a second root volume.',
            'A machine has one writable layer above its image.',
            'Keep root = true on one volume only.',
          ),
        volume.vhostUserSocket !== undefined &&
          clash(
            at('root'),
            'is true for a vhost-user volume.',
            'The guest finds its writable layer by the serial, and that of a vhost-user disk is up to its back-end.',
            'Use an image file or a block device for the root volume.',
          ),
        volume.readOnly &&
          clash(
            at('readOnly'),
            'is true for the root volume.',
            'It is the writable layer of the root file system.',
            'Remove readOnly or root.',
          ),
        !UPPER.includes(volume.fsType) &&
          wrong(
            at('fsType'),
            `is "${volume.fsType}", which cannot be the writable layer of the root.`,
            'overlayfs needs a file system with whiteouts and extended attributes.',
            `Use one of: ${UPPER.join(', ')}.`,
          ),
        volume.mountPoint !== undefined &&
          clash(
            at('mountPoint'),
            'is set for the root volume.',
            'The root volume is mounted before the root itself is there.',
            'Remove mountPoint or root.',
          ),
      )
    })
  },
}
