import type { ErrorCode } from '../errors/catalogue.ts'
import type { Place, Problem } from '../errors/problem.ts'
import { codeFrame } from './code-frame.ts'
import { maskTexts } from './mask-texts.ts'

const SECRET = ['credentials', 'rootPassword']

/** These point at a key, or at a text that is broken: what stands in quotes beside it may be a credential under a misspelt name. */
const HIDES_ALL: readonly ErrorCode[] = ['DEFINITION_SYNTAX', 'DEFINITION_UNKNOWN_KEY']

/**
 * The source line of a problem, of whose texts only the wrong one is shown: errors end up in journals, which more people read
 * than the definition. No line at all where the wrong one is, or may be, the value of a credential.
 */
export const problemFrame = (source: string, { code, at, place }: Problem): string | undefined => {
  if (place === undefined || at.some((step) => SECRET.includes(String(step)))) return undefined
  if (code === 'DEFINITION_SYNTAX' && SECRET.some((word) => tableAround(source, place).includes(word)))
    return undefined
  return codeFrame(maskTexts(source, HIDES_ALL.includes(code) ? undefined : offsetOf(source, place)), place)
}

/** A broken text has no tree: this is from the last header of a TOML table, in JSON from the first line, to the end of the line. */
const tableAround = (source: string, { file, line }: Place): string => {
  const lines = source.split('\n').slice(0, line)
  const header = file.endsWith('.json') ? -1 : lines.findLastIndex((one) => /^\s*\[.*\]\s*(#.*)?$/.test(one))
  return lines.slice(Math.max(header, 0)).join('\n')
}

const offsetOf = (source: string, { line, column }: Place): number =>
  source
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, 0) +
  column -
  1
