import { existsSync, readFileSync } from 'node:fs'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { findProgram } from '../../host/find-program.ts'
import { acquireLock } from '../../host/lock.ts'
import type { DebianRecipe, FilesImage } from '../../spec/machine-spec.ts'
import { imagePlaces } from '../image-places.ts'
import { readImage } from '../read-image.ts'
import type { ResolveOptions } from '../resolve-image.ts'
import { buildDebian } from './build-debian.ts'
import { recipeKey } from './recipe-key.ts'
import { sourceError } from './stage-recipe.ts'
import { removeWorkspace } from './workspace.ts'

/** Builds take a minute; one that takes longer than this hangs. */
const BUILD_WAIT_MS = 1_800_000

/** The key of a recipe on this machine; reads its `source` files. */
export const keyOf = (recipe: DebianRecipe): string =>
  recipeKey(recipe, debianArch(), (path) => {
    try {
      return readFileSync(path)
    } catch (error) {
      const target = recipe.files.find(({ from }) => 'source' in from && from.source === path)?.path ?? path
      throw sourceError(target, path, error as NodeJS.ErrnoException)
    }
  })

export const debianArch = (): string => (process.arch === 'arm64' ? 'arm64' : 'amd64')

/** The image of a recipe from the cache, or built into it. Of two that want the same image, one builds and the other waits. */
export const resolveDebian = async (
  recipe: DebianRecipe,
  options: ResolveOptions,
): Promise<FilesImage | undefined> => {
  const key = keyOf(recipe)
  const found = options.rebuild === true ? undefined : readImage(options.cache, key)
  if (found !== undefined || !options.build) return found
  const env = options.env ?? process.env
  const mmdebstrap = programOf('mmdebstrap', 'mmdebstrap', env)
  programOf('mkfs.erofs', 'erofs-utils', env)
  const places = imagePlaces(options.cache, key)
  const lock = (await acquireLock(places.lock)) ?? (await waitForBuilder(places.lock, options))
  try {
    const built = options.rebuild === true ? undefined : readImage(options.cache, key)
    if (built !== undefined) return built
    await removeWorkspace(places.building)
    if (options.rebuild !== true && existsSync(places.image))
      options.report('the image in the cache is damaged, and is built again')
    options.report(`building Debian ${recipe.suite}, once; this takes a minute`)
    await buildDebian(key, recipe, places, {
      mmdebstrap,
      env,
      arch: debianArch(),
      report: options.report,
      signal: options.signal,
    })
    return readImage(options.cache, key)
  } finally {
    lock.release()
  }
}

const waitForBuilder = async (path: string, { report }: ResolveOptions) => {
  report('waiting: another process is building this image')
  const lock = await acquireLock(path, { waitMs: BUILD_WAIT_MS })
  if (lock === undefined)
    throw new MicrovmError('IMAGE_BUILD_FAILED', 'The image is still being built by another process.', {
      because: `${path} has been locked for half an hour.`,
      fix: 'Find that process ("fuser" on the lock file names it), and end it if it hangs.',
    })
  return lock
}

const programOf = (name: 'mmdebstrap' | 'mkfs.erofs', pkg: string, env: NodeJS.ProcessEnv): string => {
  const path = findProgram(name, env)
  if (path === undefined)
    throw new MicrovmError('PROGRAM_MISSING', `${name} is needed to build Debian images.`, {
      because: `There is no ${name} on PATH.`,
      fix: `Install it: "apt install ${pkg}".`,
    })
  return path
}
