import { findDirectories } from '../host/directories.ts'
import { buildFlakeDefinition, lastFlakeDefinition } from '../images/flake/flake-definition.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Context } from './context.ts'
import type { FlakeBuild } from './read-definition.ts'

/**
 * The file with all guests of a flake: built now, or as it was built before where there is one.
 * @throws MicrovmError DEFINITION_NOT_FOUND when it was never built and must not be.
 */
export const flakeDefinition = async (
  folder: string,
  { env, uid, out }: Pick<Context, 'env' | 'uid' | 'out'>,
  built: FlakeBuild,
): Promise<string> => {
  const { cache } = findDirectories(env, uid)
  const last = built === 'now' ? undefined : lastFlakeDefinition(folder, cache)
  if (last === undefined && built === 'never')
    throw new MicrovmError('DEFINITION_NOT_FOUND', `The flake in ${folder} was not built yet.`, {
      fix: 'Build its machines: microvm image build',
    })
  return last ?? buildFlakeDefinition(folder, cache, { env, report: out.progress })
}
