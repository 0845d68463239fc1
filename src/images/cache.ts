import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { acquireLock } from '../host/lock.ts'
import { removeWorkspace } from './debian/workspace.ts'
import { imagePlaces } from './image-places.ts'
import { directoriesInUse } from './images-in-use.ts'
import { readManifest } from './read-image.ts'

export type CachedImage = {
  readonly key: string
  /** undefined, like what follows: its manifest cannot be read, and it is never used. */
  readonly suite: string | undefined
  readonly packages: readonly string[]
  readonly bytes: number
  /** When it was built. */
  readonly built: Date | undefined
  readonly systemd: number | undefined
  readonly inUse: boolean
}

/** The images in the cache, newest first; a broken one does not keep the others from being listed. */
export const listImages = (cache: string): CachedImage[] => {
  const { images } = imagePlaces(cache, '')
  if (!existsSync(images)) return []
  const keys = readdirSync(images).filter((name) => !name.startsWith('.'))
  const used = directoriesInUse(keys.map((key) => imagePlaces(cache, key).image))
  return keys
    .map((key): CachedImage => {
      const manifest = readManifest(cache, key)
      return {
        key,
        suite: manifest?.suite,
        packages: manifest?.packages ?? [],
        bytes: manifest?.bytes ?? 0,
        built: manifest === undefined ? undefined : new Date(manifest.built),
        systemd: manifest?.systemd,
        inUse: used.has(imagePlaces(cache, key).image),
      }
    })
    .toSorted((a, b) => (b.built?.getTime() ?? 0) - (a.built?.getTime() ?? 0) || (a.key < b.key ? -1 : 1))
}

/**
 * Removes the image with this key, or with the only key that begins so.
 * @throws MicrovmError IMAGE_UNKNOWN, IMAGE_IN_USE.
 */
export const removeImage = async (cache: string, key: string): Promise<CachedImage> => {
  const matches = listImages(cache).filter((image) => key !== '' && image.key.startsWith(key))
  const [image, ...others] = matches
  if (image === undefined || others.length > 0)
    throw new MicrovmError(
      'IMAGE_UNKNOWN',
      others.length > 0
        ? `"${key}" could be one of ${matches.length} images.`
        : `There is no image "${key}".`,
      { fix: '"microvm image ls" shows the keys; the first few characters will do.' },
    )
  if (image.inUse || !(await removeUnlocked(cache, image.key)))
    throw new MicrovmError('IMAGE_IN_USE', `The image ${image.key} is in use.`, {
      because: image.inUse ? 'A machine that runs has it open.' : 'It is being built right now.',
      fix: 'Stop the machine first ("microvm ps" shows which run).',
    })
  return image
}

/** Removes every image that no machine uses, those in `keep` aside, and what killed builders left. Returns what was removed. */
export const pruneImages = async (
  cache: string,
  keep: ReadonlySet<string> = new Set(),
): Promise<CachedImage[]> => {
  const removed: CachedImage[] = []
  for (const image of listImages(cache))
    if (!image.inUse && !keep.has(image.key) && (await removeUnlocked(cache, image.key))) removed.push(image)
  await removeLeftovers(cache)
  return removed
}

/** Only under the image's lock, so that no builder is disturbed; by a rename first, so that nobody meets half an image. */
const removeUnlocked = async (cache: string, key: string): Promise<boolean> => {
  const places = imagePlaces(cache, key)
  const lock = await acquireLock(places.lock)
  if (lock === undefined) return false
  try {
    await removeWorkspace(places.building)
    if (existsSync(places.image)) renameSync(places.image, places.building)
    rmSync(places.building, { recursive: true, force: true })
    return true
  } finally {
    lock.release()
  }
}

const removeLeftovers = async (cache: string): Promise<void> => {
  const { images } = imagePlaces(cache, '')
  if (!existsSync(images)) return
  for (const name of readdirSync(images)) {
    const key = /^\.([0-9a-f]+)\.building$/.exec(basename(name))?.[1]
    const lock = key === undefined ? undefined : await acquireLock(imagePlaces(cache, key).lock)
    if (key === undefined || lock === undefined) continue
    try {
      await removeWorkspace(imagePlaces(cache, key).building)
    } finally {
      lock.release()
    }
  }
}
