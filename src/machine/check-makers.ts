import { existsSync } from 'node:fs'
import type { Problem } from '../errors/problem.ts'
import { findOnPath } from '../host/find-on-path.ts'
import { findProgram } from '../host/find-program.ts'
import { HOW_TO_GET } from '../plan/how-to-get.ts'
import type { Plan } from '../plan/plan.ts'
import { volumePath } from '../plan/volume-path.ts'
import type { VolumeSpec } from '../spec/machine-spec.ts'
import { makerOf } from './make-file-system.ts'

/** Debian packages of the programs that make file systems. */
const PACKAGE = {
  ext4: 'e2fsprogs',
  xfs: 'xfsprogs',
  btrfs: 'btrfs-progs',
  vfat: 'dosfstools',
  swap: 'util-linux',
} as const

/** Programs that the volumes still to be created need, and that this host lacks. */
export const checkMakers = ({ spec, places }: Plan, env: NodeJS.ProcessEnv): Problem[] =>
  spec.volumes.flatMap((volume, index): Problem[] => {
    if (!volume.autoCreate || volume.size === undefined || existsSync(volumePath(places, volume))) return []
    return missingMaker(volume, ['machines', spec.name, 'volumes', index], env)
  })

const missingMaker = (
  { image, imageType, fsType }: VolumeSpec,
  at: readonly (string | number)[],
  env: NodeJS.ProcessEnv,
): Problem[] => {
  const because = `It is needed to create the volume "${image}".`
  if (imageType !== 'raw')
    return findProgram('qemu-img', env) !== undefined
      ? []
      : [
          {
            code: 'PROGRAM_MISSING',
            at: [...at, 'imageType'],
            message: 'qemu-img is not installed.',
            because,
            fix: HOW_TO_GET['qemu-img'],
          },
        ]
  if (fsType === 'none') return []
  const maker = makerOf(fsType)
  // mkfs lives in sbin, which is not on everybody's PATH.
  if (findOnPath(maker, { PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin` }) !== undefined) return []
  return [
    {
      code: 'PROGRAM_MISSING',
      at: [...at, 'fsType'],
      message: `${maker} is not installed.`,
      because,
      fix: `apt install ${PACKAGE[fsType]} — or choose another fsType.`,
    },
  ]
}
