import { isAbsolute, join, normalize } from 'node:path'

/** A host path as a user wrote it, taken from the folder of the definition file. */
export type ResolvePath = (path: string) => string

/** `folder` must be absolute. */
export const resolveIn =
  (folder: string): ResolvePath =>
  (path) =>
    isAbsolute(path) ? normalize(path) : join(folder, path)
