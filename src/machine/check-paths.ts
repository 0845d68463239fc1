import { accessSync, constants, existsSync, statSync } from 'node:fs'
import type { Problem } from '../errors/problem.ts'
import type { Plan } from '../plan/plan.ts'
import { volumePath } from '../plan/volume-path.ts'
import { checkHugePages } from './check-huge-pages.ts'
import { checkNetworkDevice } from './check-network-device.ts'

/**
 * Looks at every host path and device the machine needs, before the first process starts, and returns all that is wrong.
 * That a kernel is a kernel is looked at by `images/`.
 */
export const checkPaths = (plan: Plan): Problem[] => [
  ...checkImage(plan),
  ...checkHugePages(plan.spec, at(plan)),
  ...plan.spec.volumes.flatMap((_, index) => checkVolume(plan, index)),
  ...plan.spec.shares.flatMap((share, index): Problem[] =>
    share.socket === undefined
      ? checkDirectory(share.source, at(plan, 'shares', index, 'source'), share.readOnly)
      : checkSocket(share.socket, at(plan, 'shares', index, 'socket'), 'virtiofsd'),
  ),
  ...plan.spec.interfaces.flatMap((entry, index): Problem[] => {
    if (entry.type === 'tap' || entry.type === 'macvtap')
      return checkNetworkDevice(entry, at(plan, 'interfaces', index))
    return entry.socket === undefined
      ? []
      : checkSocket(entry.socket, at(plan, 'interfaces', index, 'socket'), 'vhost-user back-end')
  }),
  ...(plan.spec.tpmSocket === undefined
    ? []
    : checkSocket(plan.spec.tpmSocket, at(plan, 'tpm', 'socket'), 'swtpm')),
  ...plan.spec.devices.flatMap((device, index): Problem[] =>
    existsSync(`/sys/bus/pci/drivers/vfio-pci/${device.path}`)
      ? []
      : [
          {
            code: 'FILE_MISSING',
            at: at(plan, 'devices', index, 'path'),
            message: `PCI device ${device.path} is not bound to vfio-pci.`,
            fix: `Bind it: "driverctl set-override ${device.path} vfio-pci", and switch the IOMMU on in firmware and kernel.`,
          },
        ],
  ),
]

const at = (plan: Plan, ...path: (string | number)[]): (string | number)[] => [
  'machines',
  plan.spec.name,
  ...path,
]

const checkImage = (plan: Plan): Problem[] => {
  const { image } = plan
  if (image === undefined) return []
  const file = (key: string, path: string, writable: boolean): Problem[] =>
    checkFile(path, writable, `The ${key} of the image`, at(plan, 'image', key))
  return [
    ...file('kernel', image.kernel, false),
    ...(image.initrd === undefined ? [] : file('initrd', image.initrd, false)),
    ...(image.root === undefined ? [] : file('root', image.root.path, !image.root.readOnly)),
  ]
}

const checkVolume = (plan: Plan, index: number): Problem[] => {
  const volume = plan.spec.volumes[index]
  if (volume === undefined) return []
  if (volume.vhostUserSocket !== undefined)
    return checkSocket(
      volume.vhostUserSocket,
      at(plan, 'volumes', index, 'vhostUserSocket'),
      'vhost-user back-end',
    )
  const path = volumePath(plan.places, volume)
  if (!existsSync(path) && volume.autoCreate && volume.size !== undefined && !volume.readOnly) return []
  return checkFile(
    path,
    !volume.readOnly,
    `The image of volume "${volume.image}"`,
    at(plan, 'volumes', index, 'image'),
    volume.readOnly
      ? 'Create it; a read-only volume is never created.'
      : 'Create it, or give the volume a size so that it is created.',
  )
}

const checkFile = (
  path: string,
  writable: boolean,
  what: string,
  where: (string | number)[],
  create = 'Correct the path; relative ones start at the definition file.',
): Problem[] => {
  try {
    accessSync(path, writable ? constants.R_OK | constants.W_OK : constants.R_OK)
    const found = statSync(path)
    if (found.isFile() || found.isBlockDevice()) return []
    return [
      {
        code: 'FILE_WRONG_KIND',
        at: where,
        message: `${what} is ${found.isDirectory() ? 'a directory' : 'no file'}: ${path}`,
        fix: 'Name a file or a block device.',
      },
    ]
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return [
      {
        code: missing ? 'FILE_MISSING' : 'FILE_NO_PERMISSION',
        at: where,
        message: missing
          ? `${what} is not there: ${path}`
          : `${what} cannot be opened for ${writable ? 'writing' : 'reading'}: ${path}`,
        because: (error as Error).message,
        fix: missing
          ? create
          : `Change the owner or the mode of the file${writable ? ', or declare it readOnly' : ''}.`,
      },
    ]
  }
}

const checkDirectory = (path: string, where: (string | number)[], readOnly: boolean): Problem[] => {
  try {
    if (!statSync(path).isDirectory())
      return [
        {
          code: 'FILE_WRONG_KIND',
          at: where,
          message: `The share's source is not a directory: ${path}`,
          fix: 'Name a directory.',
        },
      ]
    accessSync(path, constants.R_OK | constants.X_OK | (readOnly ? 0 : constants.W_OK))
    return []
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return [
      {
        code: missing ? 'FILE_MISSING' : 'FILE_NO_PERMISSION',
        at: where,
        message: missing
          ? `The share's source does not exist: ${path}`
          : `The share's source cannot be used: ${path}`,
        because: (error as Error).message,
        fix: missing
          ? `Create it: mkdir -p ${path}`
          : readOnly
            ? 'Give the user that runs the machine access to it.'
            : 'Give the user that runs the machine access to it, or declare the share readOnly.',
      },
    ]
  }
}

const checkSocket = (path: string, where: (string | number)[], server: string): Problem[] =>
  existsSync(path) && statSync(path).isSocket()
    ? []
    : [
        {
          code: 'HOST_DEVICE_MISSING',
          at: where,
          message: `There is no socket at ${path}.`,
          fix: `Start the ${server} that serves it before the machine.`,
        },
      ]
