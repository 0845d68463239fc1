import TOML from '@iarna/toml'
import { type Problem, type Result, failed } from '../errors/problem.ts'
import { decodeTree } from './decode-tree.ts'
import type { Decoded } from './decoded.ts'
import { locateIn, placeNode } from './places-tree.ts'
import { tomlPlaces } from './toml-places.ts'

/**
 * TOML text → definition. Values come from @iarna/toml; their places from toml-eslint-parser, which is asked only once a
 * place is needed: most files have no mistakes. Never throws: what is no TOML is a DEFINITION_SYNTAX problem.
 */
export const decodeToml = (text: string, file: string): Result<Decoded> => {
  const bare = text.replace(/^\uFEFF/, '')
  let raw: unknown
  try {
    raw = TOML.parse(bare)
  } catch (error) {
    return failed([syntaxProblem(error, file)])
  }
  let tree: ReturnType<typeof tomlPlaces> | undefined
  return decodeTree(
    raw,
    locateIn(file, () => (tree ??= placesOf(bare))),
  )
}

/** Should the two parsers ever disagree about a text, its problems are placed at its beginning. */
const placesOf = (text: string): ReturnType<typeof tomlPlaces> => {
  try {
    return tomlPlaces(text)
  } catch {
    return placeNode({ line: 1, column: 1 })
  }
}

/** @iarna/toml counts lines and columns from 0 and puts an excerpt of the text behind its sentence. */
const syntaxProblem = (error: unknown, file: string): Problem => {
  const { message, line, col } = error as { message?: string; line?: number; col?: number }
  const sentence = (message ?? String(error)).split('\n')[0]?.replace(/ at row \d+, col \d+, pos \d+:?$/, '')
  return {
    code: 'DEFINITION_SYNTAX',
    at: [],
    message: 'The text is not valid TOML.',
    because: `${sentence}.`,
    fix: 'Correct the text at this place. https://toml.io/en/v1.0.0 describes the format; texts stand in quotes.',
    place: { file, line: (line ?? 0) + 1, column: Math.max(1, (col ?? 0) + 1) },
  }
}
