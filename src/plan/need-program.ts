import type { Problem } from '../errors/problem.ts'
import { HOW_TO_GET } from './how-to-get.ts'
import type { Observed, Program, ProgramName } from './observed.ts'
import { isAtLeast } from './version.ts'

export type Need = {
  readonly name: ProgramName
  /** What it is needed for, as the end of "… is needed". */
  readonly why: string
  readonly at: Problem['at']
  readonly minVersion?: readonly number[]
  /** Another way out than installing it. */
  readonly orElse?: string
}

/** The program, or the problem that it is missing, does not work or is too old. A version that could not be told is let through unless one is demanded. */
export const needProgram = (observed: Observed, need: Need): Program | Problem => {
  const program = observed.programs[need.name]
  const fix = [HOW_TO_GET[need.name], need.orElse].filter((text) => text !== undefined).join(' ')
  if (program === undefined)
    return {
      code: 'PROGRAM_MISSING',
      at: need.at,
      message: `${need.name} is not installed.`,
      because: `It is needed ${need.why}.`,
      fix,
    }
  if (program.trouble !== undefined)
    return {
      code: 'PROGRAM_FAILED',
      at: need.at,
      message: `${need.name} does not work.`,
      because: `It is needed ${need.why}. ${program.trouble}`,
      fix: `Run that command to see more. To get another: ${fix}`,
    }
  if (need.minVersion !== undefined && !isAtLeast(program.numbers, need.minVersion))
    return {
      code: 'PROGRAM_TOO_OLD',
      at: need.at,
      message: `${need.name} ${program.version === '' ? 'of unknown version' : program.version} is too old: ${need.minVersion.join('.')} or newer is needed.`,
      because: `It is needed ${need.why}. Found: ${program.path}`,
      fix,
    }
  return program
}

export const isProblem = (value: Program | Problem): value is Problem => 'code' in value
