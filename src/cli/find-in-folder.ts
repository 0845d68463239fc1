import { readSystemDefinitions } from '../host-install/system-definitions.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { problemsError } from './read-definition.ts'
import { unknownMachines } from './unknown-machines.ts'

/**
 * The file of a folder that defines these machines. A broken file beside it does not matter, unless the machine may be in it.
 * @throws MicrovmError MACHINE_UNKNOWN, DEFINITION_CLASH, USAGE, or the problems of broken files.
 */
export const findInFolder = (folder: string, names: readonly string[]): string => {
  if (names.length === 0)
    throw new MicrovmError('USAGE', `${folder} is a folder of definitions: name a machine.`, {
      fix: 'Name a machine of it, or one file with --file.',
    })
  const definitions = readSystemDefinitions(folder)
  const holders = definitions.filter(({ machines }) => machines.some(({ name }) => names.includes(name)))
  const [holder, second] = holders
  if (holder !== undefined && second === undefined) return holder.file
  if (holder !== undefined && second !== undefined)
    throw new MicrovmError('DEFINITION_CLASH', `${names.join(', ')}: defined in more than one file.`, {
      because: holders.map(({ file }) => file).join('\n'),
      fix: 'Name one file with --file, or define each machine once.',
    })
  const broken = definitions.flatMap(({ problems }) => problems)
  if (broken.length > 0)
    throw problemsError(
      broken,
      `${names.join(', ')} may be defined in a file of ${folder} that cannot be used.`,
    )
  throw unknownMachines(
    names,
    definitions.flatMap(({ machines }) => machines),
  )
}
