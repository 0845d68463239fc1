import { existsSync, readFileSync } from 'node:fs'
import type { FilesImage } from '../spec/machine-spec.ts'
import { imagePlaces } from './image-places.ts'
import { Manifest } from './manifest.ts'

/** The manifest of an image in the cache; undefined when there is no such image, or what is there is broken. */
export const readManifest = (cache: string, key: string): Manifest | undefined => {
  const { manifest } = imagePlaces(cache, key)
  if (!existsSync(manifest)) return undefined
  try {
    return Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')))
  } catch {
    return undefined
  }
}

/** An image in the cache as the files it consists of. */
export const readImage = (cache: string, key: string): FilesImage | undefined => {
  const manifest = readManifest(cache, key)
  const places = imagePlaces(cache, key)
  if (
    manifest === undefined ||
    ![places.kernel, places.initrd, places.root].every((path) => existsSync(path))
  )
    return undefined
  return {
    kind: 'files',
    kernel: places.kernel,
    initrd: places.initrd,
    root: { path: places.root, imageType: 'raw', readOnly: true },
    cmdline: '',
    systemd: manifest.systemd,
  }
}
