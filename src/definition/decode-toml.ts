import TOML from '@iarna/toml'
import { type Problem, type Result, failed } from '../errors/problem.ts'
import { decodeTree } from './decode-tree.ts'
import type { Decoded } from './decoded.ts'
import { type PlaceNode, locateIn, placeNode } from './places-tree.ts'
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
  const places = lazyPlaces(bare)
  const result = decodeTree(raw, locateIn(file, places.tree))
  const error = places.error()
  return error === undefined ? result : failed([syntaxProblem(error, file)])
}

/** Reads the places once, when the first one is asked for. Texts that only one of the parsers takes for TOML are none. */
const lazyPlaces = (text: string) => {
  let tree: PlaceNode | undefined
  let error: unknown
  const read = (): PlaceNode => {
    try {
      return tomlPlaces(text)
    } catch (caught) {
      const { message, lineNumber, column } = caught as {
        message: string
        lineNumber?: number
        column?: number
      }
      error = { message, line: (lineNumber ?? 1) - 1, col: column ?? 0 }
      return placeNode({ line: 1, column: 1 })
    }
  }
  return { tree: () => (tree ??= read()), error: () => error }
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
