/**
 * What cloud-hypervisor (48 and newer) makes of an option argument: an independent reading of the rules of its option_parser
 * crate, as an oracle for our encoder.
 */
export class OptionError extends Error {
  readonly kind: 'unknown-option' | 'invalid-syntax' | 'conversion'
  constructor(kind: OptionError['kind'], what: string) {
    super(`${kind}: ${what}`)
    this.kind = kind
  }
}

/** Cuts at commas that stand neither in quotes nor in brackets. */
export const splitCommas = (input: string): string[] => {
  const pieces = ['']
  let depth = 0
  let quoted = false
  for (const character of input.trim()) {
    if (character === '"') quoted = !quoted
    else if (!quoted && character === '[') depth += 1
    else if (!quoted && character === ']') depth -= 1
    if (depth < 0) throw new OptionError('invalid-syntax', input)
    if (character === ',' && !quoted && depth === 0) pieces.push('')
    else pieces[pieces.length - 1] += character
  }
  if (quoted || depth > 0) throw new OptionError('invalid-syntax', input)
  return pieces
}

/** Takes the quotes away; two in a row within quotes stand for one. */
const dequote = (text: string): string => {
  let quoted = false
  let previous = ''
  let result = ''
  for (const character of text) {
    if (character !== '"') result += character
    else {
      if (previous === '"' && !quoted) result += '"'
      quoted = !quoted
    }
    previous = character
  }
  return result
}

/** Raw values by key; a key that is not among `known` is an error, an empty value counts as not given. */
export const parseOptions = (input: string, known: readonly string[]): ReadonlyMap<string, string> => {
  const values = new Map<string, string>()
  if (input.trim() === '') return values
  for (const piece of splitCommas(input)) {
    const at = piece.indexOf('=')
    const key = at < 0 ? piece : piece.slice(0, at)
    if (!known.includes(key)) throw new OptionError('unknown-option', key)
    if (at < 0) throw new OptionError('invalid-syntax', piece)
    values.set(key, piece.slice(at + 1).trim())
  }
  return new Map([...values].filter(([, value]) => value !== ''))
}

export const asText = (raw: string | undefined): string | undefined =>
  raw === undefined ? undefined : dequote(raw)

const conversion = (raw: string): never => {
  throw new OptionError('conversion', raw)
}

const unsigned = (text: string): bigint => (/^\+?\d+$/.test(text) ? BigInt(text) : conversion(text))

const withoutBrackets = (text: string): string => text.trim().replaceAll(/^[[\]]+|[[\]]+$/g, '')

export const asIntegers = (raw: string): number[] =>
  withoutBrackets(raw)
    .split(',')
    .flatMap((part) => {
      const ends = part.split('-').map(unsigned).map(Number)
      if (ends.length > 2) return conversion(part)
      const [first = 0, last = first] = ends
      if (ends.length === 2 && first >= last) return conversion(part)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })

/** Sizes wrap at 64 bits without a word. */
export const asSize = (raw: string): bigint => {
  const text = dequote(raw).trim()
  const shift = { K: 10n, M: 20n, G: 30n }[text.at(-1) ?? ''] ?? 0n
  return BigInt.asUintN(64, unsigned(text.replace(/[KMG]+$/, '')) << shift)
}

export const asToggle = (raw: string): boolean => {
  const found = { on: true, true: true, off: false, false: false }[raw.toLowerCase()]
  return found ?? conversion(raw)
}

/** Elements keep their quotes. */
export const asTexts = (raw: string): string[] => {
  try {
    return splitCommas(withoutBrackets(raw))
  } catch {
    return conversion(raw)
  }
}
