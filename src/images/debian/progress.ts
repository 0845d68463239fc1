const STAGES: readonly (readonly [pattern: RegExp, say: (match: RegExpExecArray) => string])[] = [
  [/^I: running apt-get update/, () => 'reading package lists'],
  [/^I: downloading packages with apt/, () => 'downloading the base system'],
  [/^I: extracting archives/, () => 'unpacking the base system'],
  [/^I: installing remaining packages/, () => 'installing packages'],
  [/^microvm-stage: (.*)$/, (match) => match[1] ?? ''],
]

/** What a line of mmdebstrap's output, or of the customize script's, means to somebody who waits; undefined: nothing. */
export const stageOf = (line: string): string | undefined => {
  for (const [pattern, say] of STAGES) {
    const match = pattern.exec(line)
    if (match !== null) return say(match)
  }
  return undefined
}
