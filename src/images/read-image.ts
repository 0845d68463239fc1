import { existsSync, readFileSync, statSync } from 'node:fs'
import type { FilesImage } from '../spec/machine-spec.ts'
import { imagePlaces } from './image-places.ts'
import { Manifest } from './manifest.ts'

/** The manifest of an image in the cache; undefined when there is no such image, or what is there is broken: cut short, for example. */
export const readManifest = (cache: string, key: string): Manifest | undefined => {
  const { manifest } = imagePlaces(cache, key)
  if (!existsSync(manifest)) return undefined
  try {
    const parsed = Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')))
    return parsed.bytes === bytesOf(imagePlaces(cache, key)) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Of all that a machine boots from, together, as `build-debian.ts` counted them. @throws Error of node:fs when one is missing. */
const bytesOf = ({ kernel, initrd, root }: ReturnType<typeof imagePlaces>): number =>
  [kernel, initrd, root].reduce((sum, path) => sum + statSync(path).size, 0)

/** An image in the cache as the files it consists of. */
export const readImage = (cache: string, key: string): FilesImage | undefined => {
  const manifest = readManifest(cache, key)
  const places = imagePlaces(cache, key)
  if (manifest === undefined) return undefined
  return {
    kind: 'files',
    kernel: places.kernel,
    initrd: places.initrd,
    root: { path: places.root, imageType: 'raw', readOnly: true },
    cmdline: '',
    systemd: manifest.systemd,
  }
}
