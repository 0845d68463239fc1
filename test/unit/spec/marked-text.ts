import { decodeToml } from '../../../src/definition/decode-toml.ts'
import type { Problem, Result } from '../../../src/errors/problem.ts'
import { completeDefinition } from '../../../src/spec/complete.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'

const MARK = '¦'

/** A TOML text with `¦` before each place a problem is expected at → the text without the marks, and `line:column` of each. */
export const unmark = (marked: string): { text: string; places: string[] } => {
  const places: string[] = []
  const lines = marked.split('\n').map((line, row) => {
    const parts = line.split(MARK)
    let column = 1
    for (const part of parts.slice(0, -1)) {
      column += part.length
      places.push(`${row + 1}:${column}`)
    }
    return parts.join('')
  })
  return { text: lines.join('\n'), places }
}

export const complete = (text: string): Result<MachineSpec[]> => {
  const decoded = decodeToml(text, 'microvm.toml')
  return decoded.ok
    ? completeDefinition(decoded.value, { file: 'microvm.toml', folder: '/project' })
    : decoded
}

export const summary = (problems: readonly Problem[]): string[] =>
  problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)

/** A machine `web` with an image, and `body` in its table. */
export const web = (body: string): string => `[machines.web]\nimage = { flake = ".#web" }\n${body}`
