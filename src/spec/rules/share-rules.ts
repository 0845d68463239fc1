import { type Finding, type Rule, bytesIn, clash, isPowerOfTwo, those, wrong } from './rule.ts'

/** virtio specification, "File System Device": the tag has 36 bytes. */
const TAG_BYTES = 36

export const shareRules: Rule = {
  reads: ['shares'],
  check: ({ shares }) =>
    shares.flatMap(({ tag, queueSize, iommu, posixAcl, xattr }, index): Finding[] => {
      const at = (key: string) => ['shares', index, key]
      return those(
        bytesIn(tag) > TAG_BYTES &&
          wrong(
            at('tag'),
            `is ${bytesIn(tag)} bytes long.`,
            `A virtio-fs tag has at most ${TAG_BYTES} bytes (UTF-8).`,
            'Shorten it.',
          ),
        !isPowerOfTwo(queueSize) &&
          wrong(
            at('queueSize'),
            `is ${queueSize}, no power of two.`,
            'The virtio ring needs one.',
            'Write e.g. 1024.',
          ),
        iommu &&
          clash(
            at('iommu'),
            'is true for a share.',
            'virtio-fs is a vhost-user device, which cannot lie behind the virtual IOMMU.',
            'Remove iommu.',
          ),
        posixAcl &&
          !xattr &&
          clash(
            at('xattr'),
            'is false, but posixAcl is true.',
            'POSIX ACLs are kept in extended attributes.',
            'Remove xattr = false, or posixAcl.',
          ),
      )
    }),
}
