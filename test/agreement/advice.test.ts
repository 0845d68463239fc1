import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/parse-command-line.ts'
import { VERBS } from '../../src/cli/verbs.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What the program prints to be typed: between quotes or backquotes, or after a colon to the end of a text. */
const ADVICE = [
  /"(?:sudo )?microvm ([^"\n]+?)"/g,
  /`(?:sudo )?microvm ([^`\n]+)`/g,
  /: (?:sudo )?microvm ([^'`"\n]+)['`]/g,
]

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')

/** Prose that begins with the program's name. */
const PROSE = /^(?:itself|has) /
/** These print command lines that they make of the verbs themselves. */
const MADE_OF_VERBS = /cli\/(?:help-text|man-page|parse-command-line)\.ts$/

const commandsIn = (text: string): string[] =>
  text.split('\n').flatMap((line) =>
    ADVICE.flatMap((pattern) => [...line.matchAll(pattern)].map(([, words = '']) => words))
      .flatMap((words) => words.split(/ && (?:sudo )?microvm /))
      // A verb alone is a way to speak of it, but for a fix.
      .filter((words) => !PROSE.test(words) && (words.includes(' ') || /fix: /.test(line))),
  )

/** A machine's name, or a list of them, in the place of what is filled in; what a sentence ends with is none of it. */
const filledIn = (words: string): string[] =>
  words
    .replaceAll(/\$\{[^}]*\}?/g, 'web')
    .replaceAll(/\\[`$]/g, '')
    .split(/ (?:>|\||…)|[.,;] |\. ?$/)[0]
    ?.trim()
    .split(' ')
    .filter((word) => word !== '' && word !== '…') ?? []

test('every command the program prints is one that it understands', () => {
  const wrong: string[] = []
  let seen = 0
  const files = [...globSync('src/**/*.ts', { cwd: ROOT }), 'scripts/error-advice.ts'].filter(
    (file) => !MADE_OF_VERBS.test(file),
  )
  for (const file of files)
    for (const words of commandsIn(withoutComments(readFileSync(resolve(ROOT, file), 'utf8')))) {
      seen++
      try {
        parseCommandLine(filledIn(words), VERBS)
      } catch (error) {
        wrong.push(`${file}: microvm ${words} → ${(error as Error).message}`)
      }
    }
  expect(seen).toBeGreaterThan(40)
  expect(wrong).toEqual([])
})
