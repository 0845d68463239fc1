import { formatError } from '../errors/format.ts'
import type { MicrovmError } from '../errors/microvm-error.ts'
import { formatProblem } from '../errors/format.ts'
import type { Problem } from '../errors/problem.ts'
import { type MaskedSource, maskedSource } from './masked-source.ts'
import { problemFrame } from './problem-frame.ts'
import type { Style } from './style.ts'

/** Gives the text of a definition file, if it can be had. */
export type Sources = (file: string) => string | undefined

/** An error as a person sees it: every problem with its source line, then the error itself. */
export const errorText = (error: MicrovmError, sources: Sources, style: Style): string => {
  const problems = problemsText(error.problems, 'error', sources, style)
  const own =
    error.problems.length === 0 || error.because !== undefined || error.fix !== undefined
      ? [emphasise(formatError(withoutProblems(error)), style)]
      : []
  return [...problems, ...own].join('\n')
}

/** So many problems are printed; who has more begins with these. */
const PRINTED = 100

/** The problems of definitions, each with its source line; of very many only the first. */
export const problemsText = (
  problems: readonly Problem[],
  level: 'error' | 'warning',
  sources: Sources,
  style: Style,
): string[] => {
  const read = new Map<string, MaskedSource | undefined>()
  const sourceOf = (file: string): MaskedSource | undefined => {
    if (!read.has(file)) {
      const text = sources(file)
      read.set(file, text === undefined ? undefined : maskedSource(text))
    }
    return read.get(file)
  }
  const left = problems.length - PRINTED
  return [
    ...problems.slice(0, PRINTED).map((problem) => oneText(problem, level, sourceOf, style)),
    ...(left > 0 ? [`… and ${left} more, ${problems.length} in all; --json prints every one`] : []),
  ]
}

/** The same for a single one. */
export const problemText = (
  problem: Problem,
  level: 'error' | 'warning',
  sources: Sources,
  style: Style,
): string => problemsText([problem], level, sources, style).join('\n')

const oneText = (
  problem: Problem,
  level: 'error' | 'warning',
  sourceOf: (file: string) => MaskedSource | undefined,
  style: Style,
): string => {
  const text = emphasise(formatProblem(problem, level), style)
  const source = problem.place === undefined ? undefined : sourceOf(problem.place.file)
  const frame = source === undefined ? undefined : problemFrame(source, problem)
  if (frame === undefined) return text
  const end = text.indexOf('\n')
  return `${text.slice(0, end)}\n${style.dim(frame)}${text.slice(end)}`
}

const withoutProblems = (error: MicrovmError): MicrovmError =>
  Object.assign(Object.create(error) as MicrovmError, { problems: [] })

const emphasise = (text: string, style: Style): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .replace(
          /^(error)( [A-Z_]+)/,
          (_, word: string, code: string) => style.red(style.bold(word)) + style.bold(code),
        )
        .replace(
          /^(warning)( [A-Z_]+)/,
          (_, word: string, code: string) => style.yellow(style.bold(word)) + style.bold(code),
        )
        .replace(/^ {2}(because|fix {4})/, (_, word: string) => `  ${style.dim(word)}`),
    )
    .join('\n')
