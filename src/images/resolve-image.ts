import { mkdirSync } from 'node:fs'
import type { FilesImage, ImageSpec } from '../spec/machine-spec.ts'
import { resolveDebian } from './debian/resolve-debian.ts'
import { checkFiles } from './files/check-files.ts'
import { resolveFlake } from './flake/resolve-flake.ts'

export type ResolveOptions = {
  /** `Directories.cache`. */
  readonly cache: string
  /** Gets a line for each stage of a build. */
  readonly report: (line: string) => void
  /** Whether to build an image that is not there. */
  readonly build: boolean
  /** Build it even if it is there, e.g. for newer packages. Default: false. */
  readonly rebuild?: boolean
  readonly signal?: AbortSignal
  /** Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * The files an image consists of; builds them first where that is asked for.
 * @returns undefined when the image would have to be built and `build` is false.
 * @throws MicrovmError IMAGE_BUILD_FAILED, DISK_FULL, PROGRAM_MISSING, NEEDS_NIX, FILE_MISSING, FILE_NO_PERMISSION, FILE_WRONG_KIND.
 */
export const resolveImage = async (
  image: ImageSpec,
  options: ResolveOptions,
): Promise<FilesImage | undefined> => {
  switch (image.kind) {
    case 'files':
      checkFiles(image)
      return image
    case 'flake':
      return resolveFlake(image.reference, options)
    case 'debian':
      mkdirSync(options.cache, { recursive: true, mode: 0o755 })
      return resolveDebian(image.recipe, options)
  }
}
