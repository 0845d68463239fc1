import { findDirectories } from '../host/directories.ts'
import { buildFlakeDefinition, lastFlakeDefinition } from '../images/flake/flake-definition.ts'
import type { Context } from './context.ts'

/** The file with all guests of a flake: built now, or as it was built before where there is one. */
export const flakeDefinition = async (
  folder: string,
  { env, uid, out }: Pick<Context, 'env' | 'uid' | 'out'>,
  built: 'now' | 'before',
): Promise<string> => {
  const { cache } = findDirectories(env, uid)
  const last = built === 'before' ? lastFlakeDefinition(folder, cache) : undefined
  return last ?? buildFlakeDefinition(folder, cache, { env, report: out.progress })
}
