import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { fileError } from '../host/file-error.ts'
import { runProgram } from '../host/run-program.ts'
import type { Plan } from '../plan/plan.ts'
import { volumePath } from '../plan/volume-path.ts'
import type { VolumeSpec } from '../spec/machine-spec.ts'
import { makerArgs, makerOf } from './make-file-system.ts'

/** mkfs of a large disk takes seconds; one that takes longer than this hangs. */
const MKFS_TIMEOUT_MS = 600_000

/**
 * Creates the images that do not exist yet, each under a temporary name first, so that an interrupted mkfs is never
 * taken for a volume. Existing images are never touched.
 * @param signal aborts a mkfs under way; nothing is left of it then.
 * @throws MicrovmError DISK_FULL, HOST_PERMISSION, PROGRAM_MISSING, VOLUME_CREATE_FAILED.
 */
export const createVolumes = async (
  plan: Plan,
  signal: AbortSignal,
  onCreate: (path: string) => void,
): Promise<void> => {
  for (const volume of plan.spec.volumes) {
    const path = volumePath(plan.places, volume)
    // What must be there already was looked at by `check-paths.ts`.
    if (volume.vhostUserSocket !== undefined || volume.size === undefined || existsSync(path)) continue
    if (signal.aborted) return
    onCreate(path)
    await createVolume(path, volume, volume.size, signal)
  }
}

const createVolume = async (
  path: string,
  volume: VolumeSpec,
  size: number,
  signal: AbortSignal,
): Promise<void> => {
  const temporary = `${path}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(temporary, { force: true })
    if (volume.imageType === 'raw') {
      writeFileSync(temporary, '', { mode: 0o600, flag: 'wx' })
      truncateSync(temporary, size)
    } else {
      const format = volume.imageType === 'vhd' ? 'vpc' : volume.imageType
      // cloud-hypervisor reads VHDs of a fixed size only.
      const options = volume.imageType === 'vhd' ? ['-o', 'subformat=fixed,force_size=on'] : []
      await run(
        'qemu-img',
        ['create', '-q', '-f', format, ...options, temporary, String(size)],
        volume,
        signal,
      )
    }
    if (volume.fsType !== 'none' && volume.imageType === 'raw')
      await run(makerOf(volume.fsType), [...makerArgs(volume), temporary], volume, signal)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw fileError(
      error,
      `The volume ${path} could not be created.`,
      'Free some space there, or make the volume smaller.',
    )
  }
}

/** What mkfs and qemu-img say when the file system of the image is full, strerror(3). */
const NO_SPACE = /No space left on device|Disk quota exceeded/

const run = async (file: string, args: string[], volume: VolumeSpec, signal: AbortSignal): Promise<void> => {
  try {
    // mkfs lives in sbin, which is not on everybody's PATH.
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
    await runProgram(file, args, { timeoutMs: MKFS_TIMEOUT_MS, env, signal })
  } catch (error) {
    if (!(error instanceof MicrovmError) || error.code === 'INTERRUPTED') throw error
    const [code, fix] =
      error.code === 'PROGRAM_MISSING'
        ? (['PROGRAM_MISSING', 'Install the tools of that file system, or choose another fsType.'] as const)
        : NO_SPACE.test(error.because ?? '')
          ? (['DISK_FULL', 'Free some space there, or make the volume smaller.'] as const)
          : (['VOLUME_CREATE_FAILED', 'See what the program said above.'] as const)
    throw new MicrovmError(code, `The volume "${volume.image}" could not be created by ${file}.`, {
      ...(error.because === undefined ? {} : { because: error.because }),
      fix,
      cause: error,
    })
  }
}
