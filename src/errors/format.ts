import { CATALOGUE } from './catalogue.ts'
import type { MicrovmError } from './microvm-error.ts'
import { printableLines } from './printable.ts'
import type { Problem } from './problem.ts'
import { shortened } from './shortened.ts'

const indent = (label: string, text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, index) => `  ${(index === 0 ? label : '').padEnd(8)} ${line}`)
    .join('\n')

const placeOf = (problem: Problem): string =>
  problem.place === undefined
    ? shortened(problem.at.join('.'))
    : `${problem.place.file}:${problem.place.line}:${problem.place.column}`

/** `error CODE  what` / `because …` / `fix …`, the printed form of one problem of a definition; harmless, whoever's words it quotes. */
export const formatProblem = (problem: Problem, level: 'error' | 'warning' = 'error'): string => {
  const where = placeOf(problem)
  const lines = [
    `${level} ${problem.code}  ${where === '' ? '' : `${where}: `}${shortened(problem.message).replaceAll('\n', '\\n')}`,
  ]
  if (problem.because !== undefined) lines.push(indent('because', shortened(problem.because)))
  lines.push(indent('fix', shortened(problem.fix)))
  return printableLines(lines.join('\n'))
}

/** The printed form of an error, all its problems included, as harmless. No colours; the caller adds them. */
export const formatError = (error: MicrovmError): string => {
  const lines: string[] = error.problems.map((problem) => formatProblem(problem))
  if (error.problems.length === 0 || error.because !== undefined || error.fix !== undefined) {
    lines.push(`error ${error.code}  ${shortened(error.message)}`)
    if (error.because !== undefined) lines.push(indent('because', error.because))
    if (error.fix !== undefined) lines.push(indent('fix', shortened(error.fix)))
  }
  return printableLines(lines.join('\n'))
}

/** The `--json` form; stable, see docs/errors.md. */
export const errorToJson = (error: MicrovmError) => ({
  error: {
    code: error.code,
    exit: CATALOGUE[error.code].exit,
    message: shortened(error.message),
    because: error.because ?? null,
    fix: error.fix === undefined ? null : shortened(error.fix),
    machine: error.machine ?? null,
    problems: error.problems.map((problem) => ({
      ...problem,
      message: shortened(problem.message),
      fix: shortened(problem.fix),
    })),
  },
})
