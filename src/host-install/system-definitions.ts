import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { decodeJson } from '../definition/decode-json.ts'
import { decodeToml } from '../definition/decode-toml.ts'
import type { Problem } from '../errors/problem.ts'
import { completeDefinition } from '../spec/complete.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { DEFINITIONS } from '../units/host-facts.ts'

export type SystemDefinition = {
  readonly file: string
  readonly machines: readonly MachineSpec[]
  /** Why the file gives no machines; the other files are not touched by that. */
  readonly problems: readonly Problem[]
}

/** Every definition of the host, in the order of file names. A file that cannot be used has problems in place of machines. */
export const readSystemDefinitions = (folder: string = DEFINITIONS): SystemDefinition[] =>
  namesIn(folder).map((name) => readOne(join(folder, name)))

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.(toml|json)$/.test(name))
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const readOne = (file: string): SystemDefinition => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { file, machines: [], problems: [unreadable(file, error as NodeJS.ErrnoException)] }
  }
  const decoded = file.endsWith('.json') ? decodeJson(text, file) : decodeToml(text, file)
  if (!decoded.ok) return { file, machines: [], problems: decoded.problems }
  const completed = completeDefinition(decoded.value, { file, folder: dirname(file) })
  return completed.ok
    ? { file, machines: completed.value, problems: [] }
    : { file, machines: [], problems: completed.problems }
}

const unreadable = (file: string, { code, message: because }: NodeJS.ErrnoException): Problem => ({
  code: 'DEFINITION_UNREADABLE',
  at: [],
  message: `${file} cannot be read.`,
  because,
  fix: code === 'EACCES' ? `Let the machines read it: chmod a+r ${file}` : 'Correct it, or remove it.',
})
