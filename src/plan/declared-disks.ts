import type { FilesImage, MachineSpec, VolumeSpec } from '../spec/machine-spec.ts'
import type { Places } from './places.ts'
import { volumePath } from './volume-path.ts'

/** A disk of a machine that is a file or a block device, as the definition has it. */
export type DeclaredDisk = {
  /** The device's id: "root", "vol0" … */
  readonly id: string
  readonly path: string
  /** How messages call it. */
  readonly name: string
  /** Where it stands in the definition. */
  readonly at: readonly (string | number)[]
  readonly format: VolumeSpec['imageType']
  /** The key that says so. */
  readonly formatKey: string
  /** QEMU's name of the format. */
  readonly driver: string
  readonly readOnly: boolean
  readonly backingFiles: boolean
  /** Undefined for the root disk of the image. */
  readonly volume: VolumeSpec | undefined
}

/** QEMU's name of each image format. */
export const DRIVER = { raw: 'raw', qcow2: 'qcow2', vhd: 'vpc', vhdx: 'vhdx' } as const

/** All disks, in the order the guest has them. Those of vhost-user back-ends have no image that we could look at. */
export const declaredDisks = (
  spec: MachineSpec,
  places: Pick<Places, 'volumes'>,
  image: FilesImage | undefined,
): DeclaredDisk[] => {
  const root = image?.root
  return [
    ...(root === undefined
      ? []
      : [
          {
            id: 'root',
            path: root.path,
            name: 'the root disk',
            at: ['machines', spec.name, 'image', 'root'],
            format: root.imageType,
            formatKey: 'rootImageType',
            driver: DRIVER[root.imageType],
            readOnly: root.readOnly,
            backingFiles: false,
            volume: undefined,
          },
        ]),
    ...spec.volumes.flatMap((volume, index): DeclaredDisk[] =>
      volume.vhostUserSocket !== undefined
        ? []
        : [
            {
              id: volume.id,
              path: volumePath(places, volume),
              name: `volume "${volume.image}"`,
              at: ['machines', spec.name, 'volumes', index, 'image'],
              format: volume.imageType,
              formatKey: 'imageType',
              driver: DRIVER[volume.imageType],
              readOnly: volume.readOnly,
              backingFiles: volume.backingFiles,
              volume,
            },
          ],
    ),
  ]
}
