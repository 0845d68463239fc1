import { createHash } from 'node:crypto'
import type { DebianRecipe } from '../../spec/machine-spec.ts'
import { customizeScript } from './customize-script.ts'
import { initScript } from './init-script.ts'

/** Goes up when the builder changes in a way its scripts, which are part of the key, do not show. */
const BUILDER_VERSION = 3

/** Characters of the key: 128 bits, enough for a cache nobody attacks. */
const KEY_LENGTH = 32

/**
 * The cache key of a recipe: the same recipe with the same contents of its `source` files has the same key, on every host
 * of the same architecture. Which versions of the packages were current at build time is not part of it.
 */
export const recipeKey = (
  recipe: DebianRecipe,
  arch: string,
  /** Content of a `source` file. */
  read: (path: string) => Uint8Array,
): string => {
  const files = recipe.files
    .map(({ path, mode, from }) => ({
      path,
      mode: Number.parseInt(mode, 8),
      content: sha256('content' in from ? from.content : read(from.source)),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const canonical = {
    builder: [BUILDER_VERSION, sha256(customizeScript(recipe)), sha256(initScript)],
    arch,
    suite: recipe.suite,
    packages: [...new Set(recipe.packages)].toSorted(),
    files,
    // Order matters in these two.
    run: recipe.run,
    enable: recipe.enable,
    emptyRootPassword: recipe.emptyRootPassword,
  }
  return sha256(JSON.stringify(canonical)).slice(0, KEY_LENGTH)
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
