import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { CATALOGUE, EXIT } from '../errors/catalogue.ts'
import { PROJECT_NAME } from '../definition/names.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { printable } from '../errors/printable.ts'
import type { Place, Problem } from '../errors/problem.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { type Owner, ownerOf } from '../state/owner.ts'
import { findHome } from '../host/directories.ts'
import { DEFINITIONS } from '../units/host-facts.ts'
import type { Context } from './context.ts'
import { findDefinition } from './find-definition.ts'
import { reportWarnings } from './report-error.ts'

/** Of a flake: evaluated now; as it was built before, if it was; or never evaluated. */
export type FlakeBuild = 'now' | 'before' | 'never'

export type ReadDefinition = {
  /** Absolute path; of a flake that of the file built from it. */
  readonly file: string
  /** Whose machines these are. */
  readonly owner: Owner
  /** All machines of the file, in its order. */
  readonly machines: readonly MachineSpec[]
  /** Where in the file a value stands, for problems that only show later. */
  readonly locate: (at: Problem['at']) => Place | undefined
}

/**
 * Finds, reads and checks the definition; reports its warnings. The guests of a flake are built for it, or taken as they
 * were built before, for verbs that do not start anything. Loads the schema, so it is imported only by verbs that need it.
 * @throws MicrovmError with all problems of the file.
 */
export const readDefinition = async (
  context: Context,
  names: readonly string[] = [],
  { built = 'now' }: { readonly built?: FlakeBuild } = {},
): Promise<ReadDefinition> => {
  const found = findDefinition(context, names)
  if (basename(found) === 'flake.nix') {
    const { flakeDefinition } = await import('./flake-definition.ts')
    return readDefinitionFile(await flakeDefinition(dirname(found), context, built), context, found)
  }
  // A folder of the name of a definition was meant as one.
  if (!statSync(found).isDirectory() || /\.(toml|json)$/.test(found))
    return readDefinitionFile(found, context)
  const { findInFolder } = await import('./find-in-folder.ts')
  return readDefinitionFile(findInFolder(found, names), context)
}

const readDefinitionFile = async (
  file: string,
  { env, globals, out }: Context,
  source = file,
): Promise<ReadDefinition> => {
  const text = readText(file)
  const { completeDefinition } = await import('../spec/complete.ts')
  const decoded = file.endsWith('.json')
    ? (await import('../definition/decode-json.ts')).decodeJson(text, file)
    : (await import('../definition/decode-toml.ts')).decodeToml(text, file)
  if (!decoded.ok) throw problemsError(decoded.problems, `${file} cannot be used.`)
  const completed = completeDefinition(decoded.value, { file, folder: dirname(file), ...homeFor(file, env) })
  if (!completed.ok) throw problemsError(completed.problems, `${file} cannot be used.`)
  reportWarnings([...decoded.warnings, ...completed.warnings], out)
  if (globals.project !== undefined && !PROJECT_NAME.test(globals.project))
    throw new MicrovmError('USAGE', `"${printable(globals.project)}" is no name of a project.`, {
      fix: 'Take a-z, 0-9, "_" and "-", a letter or a digit first, at most 63.',
    })
  const owner = ownerOf(source, {
    project: globals.project ?? decoded.value.definition.project,
    unit: env['MICROVM_UNIT'],
  })
  return { file, owner, machines: completed.value, locate: decoded.value.locate }
}

/** Nobody's home is meant in a definition of the host: its machines run as units. */
const homeFor = (file: string, env: NodeJS.ProcessEnv): { readonly home?: string } =>
  dirname(file) === DEFINITIONS ? {} : { home: findHome(env) }

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new MicrovmError('DEFINITION_UNREADABLE', `The definition ${file} cannot be read.`, {
      because: message,
      fix: code === 'EISDIR' ? 'Name the file in that folder.' : 'Check the file and its permissions.',
    })
  }
}

/** Gives a problem that only shows later its place in the file. */
export const placeIn =
  (locate: ReadDefinition['locate']) =>
  (problem: Problem): Problem => {
    const found = problem.place ?? locate(problem.at)
    return found === undefined ? problem : { ...problem, place: found }
  }

/** One error for all problems. Its code, and so the exit status, is that of a wrong definition if there is any such problem. */
export const problemsError = (problems: readonly Problem[], message: string): MicrovmError => {
  const main = problems.find(({ code }) => CATALOGUE[code].exit === EXIT.usage) ?? problems[0]
  return new MicrovmError(
    main?.code ?? 'INTERNAL',
    problems.length === 1 ? (main?.message ?? message) : message,
    {
      problems,
    },
  )
}
