import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { DebianRecipe } from '../../spec/machine-spec.ts'
import { customizeScript } from './customize-script.ts'

/** Writes what the hooks of mmdebstrap take from: the script, and the recipe's files and commands by their index. */
export const stageRecipe = (recipe: DebianRecipe, staging: string): void => {
  for (const folder of ['files', 'run']) mkdirSync(join(staging, folder), { recursive: true })
  writeFileSync(join(staging, 'customize.sh'), customizeScript(recipe))
  for (const [index, { path, from }] of recipe.files.entries()) {
    const target = join(staging, 'files', String(index))
    if ('content' in from) writeFileSync(target, from.content)
    else
      try {
        copyFileSync(from.source, target)
      } catch (error) {
        throw sourceError(path, from.source, error as NodeJS.ErrnoException)
      }
  }
  for (const [index, command] of recipe.run.entries())
    writeFileSync(join(staging, 'run', String(index)), `${command}\n`)
}

/** For a `source` file of a recipe that cannot be read. */
export const sourceError = (path: string, source: string, error: NodeJS.ErrnoException): Error => {
  const message = `The source of ${path} in the image cannot be read: ${source}`
  if (error.code === 'ENOENT')
    return new MicrovmError('FILE_MISSING', message, {
      because: 'There is no such file.',
      fix: 'Create it, or correct image.debian.files; relative paths start at the definition file.',
      cause: error,
    })
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new MicrovmError('FILE_NO_PERMISSION', message, {
      because: error.message,
      fix: 'Let this user read the file.',
      cause: error,
    })
  if (error.code === 'EISDIR' || error.code === 'ENOTSUP')
    return new MicrovmError('FILE_WRONG_KIND', message, {
      because: 'It is a directory.',
      fix: 'Name the files one by one.',
      cause: error,
    })
  return error
}
