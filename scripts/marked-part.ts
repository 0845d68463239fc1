/** What stands between `<!-- NAME -->` and `<!-- /NAME -->` in a Markdown text. @throws Error when the marks are not there. */
export const markedPart = (text: string, name: string): string => {
  const { from, to } = findMarks(text, name)
  return text.slice(from, to)
}

/** The text with that part replaced. */
export const withMarkedPart = (text: string, name: string, part: string): string => {
  const { from, to } = findMarks(text, name)
  return text.slice(0, from) + part + text.slice(to)
}

const findMarks = (text: string, name: string): { from: number; to: number } => {
  const start = `<!-- ${name} -->\n`
  const from = text.indexOf(start)
  const to = text.indexOf(`<!-- /${name} -->`)
  if (from < 0 || to < from) throw new Error(`The marks <!-- ${name} --> … <!-- /${name} --> are missing.`)
  return { from: from + start.length, to }
}
