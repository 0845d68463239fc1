import { join } from 'node:path'

/** Every file of one image in the cache. Nothing else joins these names. */
export const imagePlaces = (cache: string, key: string) => {
  const images = join(cache, 'images')
  const image = join(images, key)
  return {
    images,
    image,
    kernel: join(image, 'kernel'),
    initrd: join(image, 'initrd'),
    root: join(image, 'root.erofs'),
    /** Written last: an image without it is none. */
    manifest: join(image, 'manifest.json'),
    /** Held by the one that builds this image. */
    lock: join(images, `.${key}.lock`),
    /** Where it is built; renamed to `image` when all is there. Only its builder, holding the lock, touches it. */
    building: join(images, `.${key}.building`),
  }
}
