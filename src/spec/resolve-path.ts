import { isAbsolute, join, normalize } from 'node:path'

/** A host path as a user wrote it, taken from the folder of the definition file; `~/` is the user's home directory. */
export type ResolvePath = (path: string) => string

/** `folder` must be absolute; `home` too, and is undefined where nobody's home is meant: in a unit. */
export const resolveIn =
  (folder: string, home?: string): ResolvePath =>
  (path) => {
    if (home !== undefined && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1))
    return isAbsolute(path) ? normalize(path) : join(folder, path)
  }
