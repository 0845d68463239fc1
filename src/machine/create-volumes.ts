import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { runProgram } from '../host/run-program.ts'
import type { Plan } from '../plan/plan.ts'
import type { VolumeSpec } from '../spec/machine-spec.ts'

/** mkfs of a large disk takes seconds; one that takes longer than this hangs. */
const MKFS_TIMEOUT_MS = 600_000

/** Where a volume's image lies: as written when absolute, else in the machine's state directory. */
export const volumePath = (plan: Pick<Plan, 'places'>, volume: VolumeSpec): string =>
  isAbsolute(volume.image) ? volume.image : join(plan.places.volumes, volume.image)

/**
 * Creates the images that do not exist yet, each under a temporary name first, so that an interrupted mkfs is never
 * taken for a volume. Existing images are never touched.
 * @throws MicrovmError FILE_MISSING, FILE_NO_PERMISSION, DISK_FULL, VOLUME_CREATE_FAILED.
 */
export const createVolumes = async (plan: Plan, onCreate: (path: string) => void): Promise<void> => {
  for (const volume of plan.spec.volumes) {
    if (volume.vhostUserSocket !== undefined) continue
    const path = volumePath(plan, volume)
    if (existsSync(path)) {
      checkAccess(path, volume)
      continue
    }
    if (!volume.autoCreate || volume.size === undefined || volume.readOnly)
      throw new MicrovmError('FILE_MISSING', `The image of volume "${volume.image}" is not there: ${path}`, {
        fix: volume.readOnly
          ? 'Create it; a read-only volume is never created.'
          : 'Create it, or give the volume a size so that it is created.',
      })
    onCreate(path)
    await createVolume(path, volume, volume.size)
  }
}

const checkAccess = (path: string, volume: VolumeSpec): void => {
  try {
    accessSync(path, volume.readOnly ? constants.R_OK : constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new MicrovmError(
      'FILE_NO_PERMISSION',
      `The image of volume "${volume.image}" cannot be opened for ${volume.readOnly ? 'reading' : 'writing'}.`,
      {
        because: (error as Error).message,
        fix: 'Change the owner or the mode of the file, or declare the volume readOnly.',
      },
    )
  }
}

const createVolume = async (path: string, volume: VolumeSpec, size: number): Promise<void> => {
  const temporary = `${path}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(temporary, { force: true })
    if (volume.imageType === 'raw') {
      writeFileSync(temporary, '', { mode: 0o600 })
      truncateSync(temporary, size)
    } else {
      const format = volume.imageType === 'vhd' ? 'vpc' : volume.imageType
      await run('qemu-img', ['create', '-q', '-f', format, temporary, String(size)], volume)
    }
    if (volume.fsType !== 'none' && volume.imageType === 'raw')
      await run(`mkfs.${volume.fsType}`, [...mkfsArgs(volume), temporary], volume)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    if (error instanceof MicrovmError) throw error
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new MicrovmError(
      full ? 'DISK_FULL' : 'VOLUME_CREATE_FAILED',
      `The volume ${path} could not be created.`,
      {
        because: (error as Error).message,
        fix: full
          ? 'Free some space, or make the volume smaller.'
          : 'Check that the directory can be written to.',
        cause: error,
      },
    )
  }
}

const mkfsArgs = ({ fsType, label, mkfsExtraArgs }: VolumeSpec): string[] => {
  const quiet = fsType === 'vfat' ? [] : fsType === 'btrfs' ? ['--quiet'] : ['-q']
  const labelFlag = fsType === 'vfat' ? '-n' : '-L'
  return [...quiet, ...(label === undefined ? [] : [labelFlag, label]), ...mkfsExtraArgs]
}

const run = async (file: string, args: string[], volume: VolumeSpec): Promise<void> => {
  try {
    // mkfs lives in sbin, which is not on everybody's PATH.
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
    await runProgram(file, args, { timeoutMs: MKFS_TIMEOUT_MS, env })
  } catch (error) {
    if (!(error instanceof MicrovmError)) throw error
    const lacking = error.code === 'PROGRAM_MISSING'
    throw new MicrovmError(
      lacking ? 'PROGRAM_MISSING' : 'VOLUME_CREATE_FAILED',
      `The volume "${volume.image}" could not be created by ${file}.`,
      {
        ...(error.because === undefined ? {} : { because: error.because }),
        fix: lacking
          ? 'Install the tools of that file system, or choose another fsType.'
          : 'See what the program said above.',
        cause: error,
      },
    )
  }
}
