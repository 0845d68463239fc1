import { findDirectories } from '../host/directories.ts'
import { resolveImage } from '../images/resolve-image.ts'
import type { FilesImage, ImageSpec } from '../spec/machine-spec.ts'
import type { Context } from './context.ts'

export type ImageBuilder = (image: ImageSpec, report: (line: string) => void) => Promise<FilesImage>

/** Builds images that are not there: the same one once, different ones after each other (a build takes all the CPU it can get). */
export const imageBuilder = (
  { env, uid }: Pick<Context, 'env' | 'uid'>,
  signal: AbortSignal,
  { rebuild = false } = {},
): ImageBuilder => {
  const { cache } = findDirectories(env, uid)
  const listeners = new Map<string, ((line: string) => void)[]>()
  const builds = new Map<string, Promise<FilesImage>>()
  let last: Promise<unknown> = Promise.resolve()
  return (image, report) => {
    const key = JSON.stringify(image)
    listeners.set(key, [...(listeners.get(key) ?? []), report])
    const tell = (line: string): void => {
      for (const listener of listeners.get(key) ?? []) listener(line)
    }
    const build = async (): Promise<FilesImage> => {
      const files = await resolveImage(image, { cache, env, signal, build: true, rebuild, report: tell })
      if (files === undefined) throw new Error('An image that was to be built was not.')
      return files
    }
    const found = builds.get(key)
    if (found !== undefined) return found
    const started = last.catch(() => undefined).then(build)
    last = started
    builds.set(key, started)
    return started
  }
}
