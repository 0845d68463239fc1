/** A setting that a text of advice asks for: `value` as the text has it, or undefined where it only names the option. */
export type Advised = { readonly path: readonly string[]; readonly value: string | undefined }

const NAME = String.raw`[a-z][A-Za-z0-9-]*`
const STEP = String.raw`(?:"[^"]*"|[A-Za-z][A-Za-z0-9-]*)`
const ASSIGNMENT = new RegExp(String.raw`(${NAME}(?:\.${STEP})*) = `, 'g')
/** Names of options among words: with a dot, or with a capital inside. */
const MENTION = new RegExp(
  String.raw`(?<![\w/@.-])(?:${NAME}(?:\.${STEP})+|[a-z]+[A-Z][A-Za-z]*)(?![\w-])`,
  'g',
)

/** The settings in a text, in its order: assignments first, then the options it only names. Commands in backquotes are left out. */
export const advisedSettings = (text: string): Advised[] => {
  const settings: Advised[] = []
  let rest = text.replaceAll(/`[^`]*`/g, '')
  for (let match = nextAssignment(rest); match !== undefined; match = nextAssignment(rest)) {
    settings.push({ path: stepsOf(match.name), value: match.value })
    rest = rest.slice(0, match.start) + rest.slice(match.end)
  }
  for (const [name] of rest.matchAll(MENTION)) settings.push({ path: stepsOf(name), value: undefined })
  return settings
}

const nextAssignment = (
  text: string,
): { name: string; value: string; start: number; end: number } | undefined => {
  ASSIGNMENT.lastIndex = 0
  const match = ASSIGNMENT.exec(text)
  if (match === null) return undefined
  const from = match.index + match[0].length
  const value = valueAt(text.slice(from))
  return { name: match[1] ?? '', value, start: match.index, end: from + value.length }
}

/** A text in quotes, a list or table to its closing bracket, or a word. */
const valueAt = (text: string): string => {
  if (!'[{'.includes(text[0] ?? ' ')) return /^(?:"[^"]*"|\w+)/.exec(text)?.[0] ?? ''
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"[^"]*"|[[\]{}]/g)) {
    if ('[{'.includes(token)) depth += 1
    if (']}'.includes(token)) depth -= 1
    if (depth === 0) return text.slice(0, index + 1)
  }
  return text
}

/** `systemd.services."microvm@NAME".preStart`, for the machine `web`. */
const stepsOf = (name: string): string[] =>
  [...name.matchAll(/"([^"]*)"|[^."]+/g)].map(([step, quoted]) => (quoted ?? step).replace('NAME', 'web'))
