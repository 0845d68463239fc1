import type { Plan } from '../../../plan/plan.ts'
import { DRIVER } from '../../../plan/declared-disks.ts'
import { volumePath } from '../../../plan/volume-path.ts'
import type { VolumeSpec } from '../../../spec/machine-spec.ts'
import { keyval } from '../keyval.ts'
import { throttleGroup, throttleObject } from './throttle.ts'

/** The root disk first, so that it is /dev/vda. `-blockdev` takes JSON, so paths need no quoting. */
export const diskArgs = ({ image, spec, places }: Plan): string[] => [
  ...spec.rateLimitGroups.flatMap((group) => ['-object', throttleObject(`group-${group.id}`, group)]),
  ...(image?.root === undefined
    ? []
    : [
        '-blockdev',
        blockdev({
          node: 'root',
          path: image.root.path,
          driver: DRIVER[image.root.imageType],
          readOnly: image.root.readOnly,
          direct: false,
          discard: false,
          backing: image.root.imageType !== 'qcow2',
        }),
        '-device',
        keyval('virtio-blk-pci', { id: 'root', drive: 'root', serial: 'root' }),
      ]),
  ...spec.volumes.flatMap((volume) =>
    volume.vhostUserSocket === undefined
      ? fileDisk(volume, volumePath(places, volume))
      : vhostUserDisk(volume, volume.vhostUserSocket),
  ),
]

const fileDisk = (volume: VolumeSpec, path: string): string[] => {
  const file = {
    node: volume.id,
    path,
    driver: DRIVER[volume.imageType],
    readOnly: volume.readOnly,
    direct: volume.direct,
    discard: volume.sparse,
    backing: volume.imageType !== 'qcow2' || volume.backingFiles,
  }
  const throttled = throttleGroup(volume)
  return [
    ...(volume.rateLimit === undefined
      ? []
      : ['-object', throttleObject(`limit-${volume.id}`, volume.rateLimit)]),
    '-blockdev',
    blockdev(file),
    ...(throttled === undefined
      ? []
      : [
          '-blockdev',
          JSON.stringify({
            driver: 'throttle',
            'node-name': `${volume.id}-limited`,
            'throttle-group': throttled,
            'read-only': volume.readOnly,
            file: volume.id,
          }),
        ]),
    '-device',
    keyval('virtio-blk-pci', {
      id: volume.id,
      drive: throttled === undefined ? volume.id : `${volume.id}-limited`,
      serial: volume.serial,
      'num-queues': volume.queues,
      'queue-size': volume.queueSize,
    }),
  ]
}

type File = {
  readonly node: string
  readonly path: string
  readonly driver: string
  readonly readOnly: boolean
  readonly direct: boolean
  readonly discard: boolean
  readonly backing: boolean
}

const blockdev = ({ node, path, driver, readOnly, direct, discard, backing }: File): string =>
  JSON.stringify({
    driver,
    'node-name': node,
    'read-only': readOnly,
    discard: discard ? 'unmap' : 'ignore',
    // Not asked for, a backing file named inside a qcow2 image is not opened: it could be any file of the host.
    ...(backing ? {} : { backing: null }),
    cache: { direct },
    file: {
      driver: path.startsWith('/dev/') ? 'host_device' : 'file',
      filename: path,
      // Linux aio works past the page cache only.
      aio: direct ? 'native' : 'threads',
      cache: { direct },
      discard: discard ? 'unmap' : 'ignore',
      'read-only': readOnly,
    },
  })

const vhostUserDisk = (volume: VolumeSpec, socket: string): string[] => [
  '-chardev',
  keyval('socket', { id: `${volume.id}-socket`, path: socket }),
  '-device',
  keyval('vhost-user-blk-pci', {
    id: volume.id,
    chardev: `${volume.id}-socket`,
    'num-queues': volume.queues,
    'queue-size': volume.queueSize,
  }),
]
