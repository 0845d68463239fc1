import { EXIT } from '../errors/catalogue.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { catchSignals } from '../host/signals.ts'
import { type CachedImage, listImages, pruneImages, removeImage } from '../images/cache.ts'
import { imageRows } from '../report/image-rows.ts'
import { ask } from './ask.ts'
import { chooseMachines } from './choose-machines.ts'
import type { Context } from './context.ts'
import { imageBuilder } from './image-builder.ts'
import { readDefinition } from './read-definition.ts'

/** stdout: the kernel and root of each machine's image; stderr: the stages of a build. */
export const performImageBuild = async (
  context: Context,
  names: readonly string[],
  { rebuild }: { readonly rebuild: boolean },
): Promise<number> => {
  const { out, globals } = context
  const { machines } = await readDefinition(context, names)
  const signals = catchSignals()
  try {
    const build = imageBuilder(context, signals.stop, { rebuild })
    const built = []
    for (const { name, image } of chooseMachines(machines, names)) {
      const files = await build(image, (line) => out.progress(`${out.progressStyle.bold(name)}  ${line}`))
      built.push({
        machine: name,
        kernel: files.kernel,
        initrd: files.initrd ?? null,
        root: files.root?.path ?? null,
      })
    }
    if (globals.json) out.json(built)
    else for (const { machine, kernel, root } of built) out.data(`${machine}  ${root ?? kernel}`)
    return EXIT.ok
  } finally {
    signals.release()
  }
}

export const performImageList = async ({ env, uid, globals, out }: Context): Promise<number> => {
  const images = listImages(findDirectories(env, uid).cache)
  if (globals.json) out.json(images)
  else if (globals.quiet) for (const { key } of images) out.data(key)
  else out.data(imageRows(images, out.style).join('\n'))
  return EXIT.ok
}

export const performImageRemove = async (context: Context, keys: readonly string[]): Promise<number> => {
  const { cache } = findDirectories(context.env, context.uid)
  const removed: CachedImage[] = []
  try {
    for (const key of keys) removed.push(await removeImage(cache, key))
  } finally {
    if (!context.globals.json || removed.length === keys.length) tellRemoved(context, removed)
  }
  return EXIT.ok
}

export const performImagePrune = async (context: Context): Promise<number> => {
  const { out, globals } = context
  const { cache } = findDirectories(context.env, context.uid)
  const unused = listImages(cache).filter(({ inUse }) => !inUse)
  if (unused.length > 0) {
    if (!globals.json) out.progress(imageRows(unused, out.progressStyle).join('\n'))
    const question = unused.length === 1 ? 'Remove this image?' : `Remove these ${unused.length} images?`
    if (!(await ask(question, context)))
      throw new MicrovmError('INTERRUPTED', 'Nothing was removed.', { fix: 'Answer with yes, or say --yes.' })
  }
  tellRemoved(context, await pruneImages(cache))
  return EXIT.ok
}

const tellRemoved = ({ out, globals }: Context, images: readonly CachedImage[]): void => {
  if (globals.json) out.json(images.map(({ key }) => ({ key, removed: true })))
  else for (const { key } of images) out.data(key)
}
