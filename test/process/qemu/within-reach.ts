import { join } from 'node:path'
import type { Observed } from '../../../src/plan/observed.ts'
import type { FilesImage, MachineSpec } from '../../../src/spec/machine-spec.ts'
import { filesImage } from '../../machine-spec.ts'

/**
 * The machine for QEMU with all its files and sockets below `folder`, and without what an ordinary host has not got:
 * tap devices, passed-through PCI, a TPM, disk formats nobody can make here.
 */
export const withinReach = (spec: MachineSpec, folder: string, { programs }: Observed): MachineSpec => {
  const moved = (path: string): string => (path.startsWith(folder) ? path : join(folder, path))
  const socket = ({ id }: { id: string }): string => join(folder, `${id}.sock`)
  return {
    ...spec,
    hypervisor: 'qemu',
    image: movedImage(bootable(spec.image, programs), moved),
    volumes: spec.volumes
      .filter(({ imageType }) => imageType === 'raw' || programs['qemu-img'] !== undefined)
      .map((volume) => ({
        ...volume,
        image: volume.image.startsWith('/') ? moved(volume.image) : volume.image,
        vhostUserSocket: volume.vhostUserSocket === undefined ? undefined : socket(volume),
      })),
    interfaces: spec.interfaces
      .filter(({ type }) => type !== 'tap' && type !== 'macvtap')
      .map((entry) => ({
        ...entry,
        // Any free port: those of the case may be taken here.
        forwardPorts: entry.forwardPorts.map((forward) => ({ ...forward, hostPort: 0 })),
        socket: entry.socket === undefined ? undefined : socket(entry),
      })),
    shares: spec.shares.map((share) => ({ ...share, socket: socket(share) })),
    devices: [],
    tpmSocket: undefined,
  }
}

/** Without qemu-img the root disk is left out when it is no raw one. */
const bootable = (image: MachineSpec['image'], programs: Observed['programs']): FilesImage => {
  if (image.kind !== 'files') return filesImage
  return image.root?.imageType === 'qcow2' && programs['qemu-img'] === undefined
    ? { ...image, root: undefined }
    : image
}

const movedImage = (image: FilesImage, moved: (path: string) => string): FilesImage => ({
  ...image,
  kernel: moved(image.kernel),
  initrd: image.initrd === undefined ? undefined : moved(image.initrd),
  root: image.root === undefined ? undefined : { ...image.root, path: moved(image.root.path) },
})
