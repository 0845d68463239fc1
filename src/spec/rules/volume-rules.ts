import { isAbsolute, normalize } from 'node:path'
import type { VolumeSpec } from '../machine-spec.ts'
import { smallFindings, swapFindings } from './new-volume-rules.ts'
import { type Finding, type Rule, bytesIn, clash, isPowerOfTwo, those, wrong } from './rule.ts'

/** VIRTIO_BLK_ID_BYTES of the virtio specification. */
const SERIAL_BYTES = 20
/** What mkfs.ext4(8), mkfs.xfs(8), mkfs.fat(8) and mkfs.btrfs(8) take. */
const LABEL_BYTES = { ext4: 16, xfs: 12, vfat: 11, btrfs: 255, swap: 16, none: 0 } as const

type Given = {
  readonly size?: unknown
  readonly autoCreate?: boolean | undefined
  readonly label?: unknown
  readonly serial?: unknown
}

export const volumeRules: Rule = {
  reads: ['volumes', 'vcpu', 'rateLimitGroups'],
  check: (body, given) =>
    body.volumes.flatMap((volume, index) => {
      const at = (key: string) => ['volumes', index, key]
      return [
        ...imageFindings(volume, given.volumes?.[index] ?? {}, at),
        ...swapFindings(volume, at),
        ...smallFindings(volume, at),
        ...queueFindings(volume, body.cpu.boot, at),
        ...externalFindings(volume, given.volumes?.[index] ?? {}, at),
        ...limitFindings(
          volume,
          body.rateLimitGroups.map(({ id }) => id),
          at,
        ),
        ...those(
          bytesIn(volume.serial) > SERIAL_BYTES &&
            wrong(
              at('serial'),
              `is ${bytesIn(volume.serial)} bytes long.`,
              `A virtio disk's serial has at most ${SERIAL_BYTES} bytes (UTF-8).`,
              'Shorten it.',
            ),
          volume.backingFiles &&
            volume.imageType !== 'qcow2' &&
            clash(
              at('backingFiles'),
              `is true, but the image is ${volume.imageType}.`,
              'Only qcow2 images have backing files.',
              'Set imageType = "qcow2", or remove backingFiles.',
            ),
        ),
      ]
    }),
}

const imageFindings = (
  volume: VolumeSpec,
  given: Given,
  at: (key: string) => (string | number)[],
): Finding[] => {
  const relative = !isAbsolute(volume.image) && volume.vhostUserSocket === undefined
  const created = given.size !== undefined && volume.autoCreate
  return those(
    relative &&
      /^\.\.?(\/|$)/.test(normalize(volume.image)) &&
      wrong(
        at('image'),
        `is "${volume.image}", which leaves the machine's state directory.`,
        'Relative images lie in the state directory of their machine.',
        'Write a name without "..", or an absolute path.',
      ),
    given.autoCreate === true &&
      given.size === undefined &&
      clash(
        at('autoCreate'),
        'is true, but the volume has no size.',
        'An image cannot be created without knowing how large it is to be.',
        'Add size = "1G", or remove autoCreate.',
      ),
    given.autoCreate === true &&
      volume.readOnly &&
      clash(
        at('autoCreate'),
        'is true, but the volume is read-only.',
        'A new image that cannot be written to would stay empty for ever.',
        'Remove autoCreate or readOnly.',
      ),
    created &&
      given.label !== undefined &&
      bytesIn(volume.label ?? '') > LABEL_BYTES[volume.fsType] &&
      wrong(
        at('label'),
        volume.fsType === 'none'
          ? 'is set, but fsType is "none".'
          : `is ${bytesIn(volume.label ?? '')} bytes long.`,
        volume.fsType === 'none'
          ? 'Without a file system there is nothing to label.'
          : `Labels of ${volume.fsType} have at most ${LABEL_BYTES[volume.fsType]} bytes.`,
        volume.fsType === 'none' ? 'Remove label, or choose a file system.' : 'Shorten it.',
      ),
    volume.mountPoint !== undefined &&
      created &&
      (volume.imageType !== 'raw' || volume.fsType === 'none') && {
        ...clash(
          at('mountPoint'),
          'is set, but the created image will have no file system.',
          'mkfs runs on raw images only, and not for fsType "none".',
          'Let the guest make a file system before it mounts it, or use a raw image.',
        ),
        warning: true as const,
      },
  )
}

const queueFindings = (
  volume: VolumeSpec,
  vcpus: number,
  at: (key: string) => (string | number)[],
): Finding[] =>
  those(
    volume.queues > vcpus &&
      wrong(
        at('queues'),
        `is ${volume.queues}, but the machine has ${vcpus} ${vcpus === 1 ? 'vCPU' : 'vCPUs'}.`,
        'Each queue is served by a vCPU of its own.',
        `Write at most ${vcpus}.`,
      ),
    (!isPowerOfTwo(volume.queueSize) || volume.queueSize <= 2) &&
      wrong(
        at('queueSize'),
        `is ${volume.queueSize}, no power of two above 2.`,
        'The virtio ring needs one, and a disk request takes three entries.',
        'Write e.g. 128 or 256.',
      ),
  )

/** What only the back-end on vhostUserSocket can say about the disk: VIRTIO_BLK_T_GET_ID and VIRTIO_BLK_F_RO come from there. */
const externalFindings = (
  { vhostUserSocket, readOnly, root, mountPoint }: VolumeSpec,
  { serial }: Given,
  at: (key: string) => (string | number)[],
): Finding[] =>
  vhostUserSocket === undefined
    ? []
    : those(
        serial !== undefined &&
          mountPoint === undefined &&
          clash(
            at('serial'),
            'is set for a vhost-user volume.',
            'The guest asks the back-end for it, not the hypervisor.',
            'Remove serial, and set it in the back-end.',
          ),
        readOnly &&
          !root &&
          clash(
            at('readOnly'),
            'is true for a vhost-user volume.',
            'The back-end decides whether its disk can be written to.',
            'Remove readOnly, and make it read-only in the back-end.',
          ),
      )

const limitFindings = (
  volume: VolumeSpec,
  groups: readonly string[],
  at: (key: string) => (string | number)[],
): Finding[] => {
  const { rateLimit, rateLimitGroup: group, vhostUserSocket, iommu } = volume
  const external = 'The back-end on vhostUserSocket does the work; the hypervisor does not see the requests.'
  return those(
    rateLimit !== undefined &&
      group !== undefined &&
      clash(
        at('rateLimit'),
        'and rateLimitGroup are both set.',
        'A volume has a limit of its own or shares one.',
        'Keep one of them.',
      ),
    rateLimit !== undefined &&
      rateLimit.bandwidth === undefined &&
      rateLimit.ops === undefined &&
      wrong(
        at('rateLimit'),
        'limits nothing.',
        'It has neither bandwidth nor ops.',
        'Add one of them, or remove rateLimit.',
      ),
    group !== undefined &&
      !groups.includes(group) &&
      wrong(
        at('rateLimitGroup'),
        `is "${group}", which is not in rateLimitGroups.`,
        groups.length === 0 ? 'The machine has no rateLimitGroups.' : `There are: ${groups.join(', ')}.`,
        `Add rateLimitGroups.${group}, or correct the name.`,
      ),
    vhostUserSocket !== undefined &&
      rateLimit !== undefined &&
      clash(at('rateLimit'), 'is set for a vhost-user volume.', external, 'Limit the rate in the back-end.'),
    vhostUserSocket !== undefined &&
      group !== undefined &&
      clash(
        at('rateLimitGroup'),
        'is set for a vhost-user volume.',
        external,
        'Limit the rate in the back-end.',
      ),
    vhostUserSocket !== undefined &&
      iommu &&
      clash(
        at('iommu'),
        'is true for a vhost-user volume.',
        'vhost-user devices cannot lie behind the virtual IOMMU.',
        'Remove iommu.',
      ),
  )
}
