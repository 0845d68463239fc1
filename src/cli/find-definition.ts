import { accessSync, constants, lstatSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Context } from './context.ts'

/** Where definitions of machines of the whole system lie; `microvm@NAME.service` uses it. */
const SYSTEM_FOLDER = '/etc/microvm'

/**
 * Absolute path of the definition: --file, else ./microvm.toml, ./microvm.json, ./flake.nix (its guests), /etc/microvm/NAME.toml,
 * /etc/microvm/NAME.json.
 * A folder (--file /etc/microvm, or that folder when a machine is named) stands for the file in it that defines the machine.
 * @throws MicrovmError DEFINITION_NOT_FOUND, DEFINITION_UNREADABLE
 */
export const findDefinition = (
  context: Pick<Context, 'cwd' | 'globals'>,
  names: readonly string[] = [],
): string => {
  const { globals } = context
  // A whole path needs no current folder, which may have been removed.
  const candidates =
    globals.file !== undefined && isAbsolute(globals.file)
      ? [resolve(globals.file)]
      : definitionCandidates(context.cwd, globals.file, names)
  const found = candidates.find(isThere)
  if (found === undefined) throw notFound(candidates, globals.file)
  try {
    accessSync(found, constants.R_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new MicrovmError('DEFINITION_UNREADABLE', `The definition ${found} cannot be read.`, {
      because: message,
      fix:
        code === 'EACCES'
          ? `Give yourself read access to it, e.g. sudo chmod a+r ${found}`
          : `It is a link that leads nowhere: correct it, or remove it. "ls -l ${found}" shows its target.`,
    })
  }
  return found
}

/** A link that leads nowhere is there: to pass over it would hide the mistake. */
const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

export const definitionCandidates = (
  cwd: string,
  file: string | undefined,
  names: readonly string[],
): string[] => {
  if (file !== undefined) return [resolve(cwd, file)]
  const [name] = names
  const system = name === undefined || !/^[a-z0-9-]+$/.test(name) ? [] : [resolve(SYSTEM_FOLDER, name)]
  const texts = (path: string): string[] => [`${path}.toml`, `${path}.json`]
  const files = [...texts(resolve(cwd, 'microvm')), resolve(cwd, 'flake.nix'), ...system.flatMap(texts)]
  return system.length === 0 ? files : [...files, SYSTEM_FOLDER]
}

const notFound = (candidates: readonly string[], file: string | undefined): MicrovmError =>
  new MicrovmError(
    'DEFINITION_NOT_FOUND',
    file === undefined ? 'There is no definition here.' : `There is no definition ${file}.`,
    {
      because: `Looked for:\n${candidates.join('\n')}`,
      fix: 'Change into the folder of your microvm.toml, or name it: microvm --file FILE …',
    },
  )
