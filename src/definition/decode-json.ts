import { type Problem, type Result, failed } from '../errors/problem.ts'
import { decodeTree } from './decode-tree.ts'
import type { Decoded } from './decoded.ts'
import { jsonPlaces } from './json-places.ts'
import { label } from './label.ts'
import { locateIn } from './places-tree.ts'

/** JSON text → definition, as `decodeToml`. A key that stands twice in one object is an error, too. Never throws. */
export const decodeJson = (text: string, file: string): Result<Decoded> => {
  const bare = text.replace(/^\uFEFF/, '')
  const places = jsonPlaces(bare)
  if (!places.ok)
    return failed([
      {
        code: 'DEFINITION_SYNTAX',
        at: [],
        message: 'The text is not valid JSON.',
        because: `Expected ${places.expected} here.`,
        fix: 'Correct the text at this place. JSON has no comments and no comma after the last entry.',
        place: { file, ...places.spot },
      },
    ])
  const twice = places.twice.map(({ path, spot }): Problem => ({
    code: 'DEFINITION_SYNTAX',
    at: path,
    message: `${label(path)} is there twice.`,
    because: 'Only one of the two values could count.',
    fix: 'Remove one of them.',
    place: { file, ...spot },
  }))
  const result = decodeTree(
    JSON.parse(bare),
    locateIn(file, () => places.tree),
  )
  if (twice.length === 0) return result
  return failed([...twice, ...(result.ok ? result.value.problems : result.problems)])
}
