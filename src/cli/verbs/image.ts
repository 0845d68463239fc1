import type { Verb } from '../verb.ts'
import { ANY_MACHINES, defineVerb, NO_NAMES } from '../verb.ts'

const build = defineVerb({
  meta: {
    name: 'image build',
    summary: 'build the guest images of machines, and print their folders',
    positionals: ANY_MACHINES,
    details: 'An image that is there is not built again, unless --rebuild asks for it (for newer packages).',
    examples: ['microvm image build', 'microvm image build web --rebuild'],
  },
  options: { rebuild: { type: 'boolean', describe: 'build it even if it is there' } },
  run: async (context, { options, names }) => {
    const { performImageBuild } = await import('../perform-image.ts')
    return performImageBuild(context, names, options)
  },
})

const list = defineVerb({
  meta: { name: 'image ls', summary: 'list the guest images in the cache', positionals: NO_NAMES },
  options: {},
  run: async (context) => {
    const { performImageList } = await import('../perform-image.ts')
    return performImageList(context)
  },
})

const remove = defineVerb({
  meta: {
    name: 'image rm',
    summary: 'remove guest images from the cache',
    positionals: { what: 'image', min: 1, max: Number.POSITIVE_INFINITY },
    details: 'The beginning of a key is enough. An image a machine runs from is kept (exit status 5).',
    examples: ['microvm image rm 03be4f'],
  },
  options: {},
  run: async (context, { names }) => {
    const { performImageRemove } = await import('../perform-image.ts')
    return performImageRemove(context, names)
  },
})

const prune = defineVerb({
  meta: {
    name: 'image prune',
    summary: 'remove all guest images no machine runs from',
    positionals: NO_NAMES,
    details: 'Asks first; --yes answers. They are built again when they are needed.',
    examples: ['microvm image prune --yes'],
  },
  options: {},
  run: async (context) => {
    const { performImagePrune } = await import('../perform-image.ts')
    return performImagePrune(context)
  },
})

export const imageVerbs: readonly Verb[] = [build, list, remove, prune]
