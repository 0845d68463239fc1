/** How programs begin the line that says what went wrong: apt, btrfs-progs, git, compilers. */
const MARKED = /^(?:E:|error\b|fatal\b|panic\b)|^\S*: (?:error|fatal):/i

/** Words of lines that say what went wrong without such a beginning. */
const WORDED =
  /\b(?:error|fatal|failed|failure|cannot|can't|couldn't|could not|unable|too (?:small|large|many|long|old)|not found|not supported|unsupported|no such|no space|denied|not permitted|invalid|illegal|unknown|unrecogni[sz]ed|refused|missing|must be)\b/i

/** More than these no longer tell at a glance. */
const FIRST_LINES = 4

/**
 * The output of a program that failed, the lines that say why in front: programs end with them or with what they did because of them, and begin
 * with what nobody asked for. Places with room for one line show the first.
 */
export const tellingFirst = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const marked = lines.filter((line) => MARKED.test(line))
  const worded = marked.length > 0 ? marked : lines.filter((line) => WORDED.test(line))
  // Nothing looks like an error: what was said last is the best guess.
  const telling = worded.length > 0 ? worded.slice(0, FIRST_LINES) : lines.slice(-FIRST_LINES)
  const others = lines.filter((line) => !telling.includes(line))
  if (others.length === 0) return lines.join('\n')
  return [...telling, 'Beside that it said:', ...others].join('\n')
}
