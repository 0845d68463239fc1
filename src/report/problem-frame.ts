import type { ErrorCode } from '../errors/catalogue.ts'
import type { Place, Problem } from '../errors/problem.ts'
import { lineFrame } from './code-frame.ts'
import type { MaskedSource } from './masked-source.ts'

const SECRET = ['credentials', 'rootPassword']

/** These point at a key, or at a text that is broken: what stands in quotes beside it may be a credential under a misspelt name. */
const HIDES_ALL: readonly ErrorCode[] = ['DEFINITION_SYNTAX', 'DEFINITION_UNKNOWN_KEY']

/**
 * The source line of a problem, of whose texts only the wrong one is shown: errors end up in journals, which more people read
 * than the definition. No line at all where the wrong one is, or may be, the value of a credential.
 */
export const problemFrame = (source: MaskedSource, { code, at, place }: Problem): string | undefined => {
  if (place === undefined || at.some((step) => SECRET.includes(String(step)))) return undefined
  if (code === 'DEFINITION_SYNTAX' && isNearSecret(source, place)) return undefined
  const line = source.lineAt(place, HIDES_ALL.includes(code) ? undefined : source.offsetOf(place))
  return line === undefined ? undefined : lineFrame(line, place)
}

const HEADER = /^[^\S\n]*\[.*\][^\S\n]*(#.*)?$/

/** A broken text has no tree: this looks from the last header of a TOML table, in JSON from the first line, to the end of the line. */
const isNearSecret = ({ text, offsetOf }: MaskedSource, { file, line }: Place): boolean => {
  const startOf = (number: number): number => offsetOf({ file, line: number, column: 1 })
  const end = startOf(line + 1)
  if (file.endsWith('.json'))
    return SECRET.some((word) => {
      const found = text.indexOf(word)
      return found !== -1 && found + word.length <= end
    })
  for (let number = line; number > 0; number--) {
    const one = text.slice(startOf(number), startOf(number + 1))
    if (SECRET.some((word) => one.includes(word))) return true
    if (HEADER.test(one.trimEnd())) return false
  }
  return false
}
