import { execa } from 'execa'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { tellingFirst } from '../errors/telling-lines.ts'
import { MicrovmError } from '../errors/microvm-error.ts'

export type RunOptions = {
  readonly cwd?: string
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Called with each line of stdout and stderr, as it comes. */
  readonly onLine?: (line: string) => void
  /** Written to its stdin; without it stdin is empty. */
  readonly input?: string
  /** Aborting ends the program with SIGTERM, and with SIGKILL ten seconds later. */
  readonly signal?: AbortSignal
  /** Milliseconds after which it is ended. Default: an hour. */
  readonly timeoutMs?: number
}

/** As much of a program's output as an error quotes, in lines. */
const TAIL_LINES = 20

/**
 * Runs a program to its end. It dies with us (SIGTERM, so that it can clean up), whatever kills us.
 * @throws MicrovmError PROGRAM_MISSING, or PROGRAM_FAILED with the tail of its output, INTERRUPTED when `signal` aborted.
 */
export const runProgram = async (
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const subprocess = execa('setpriv', ['--pdeathsig', 'TERM', '--', file, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    env: { ...options.env },
    all: true,
    reject: false,
    timeout: options.timeoutMs ?? 3_600_000,
    forceKillAfterDelay: 10_000,
  })
  if (options.onLine !== undefined && subprocess.all !== undefined)
    createInterface({ input: subprocess.all as Readable }).on('line', options.onLine)
  const result = await subprocess
  if (result.exitCode === 0) return { stdout: result.stdout ?? '', stderr: result.stderr ?? '' }
  if (result.isCanceled) throw new MicrovmError('INTERRUPTED', `${file} was interrupted.`)
  // setpriv says 127 when it cannot find the program, as shells do.
  if (result.exitCode === 127 || result.code === 'ENOENT')
    throw new MicrovmError('PROGRAM_MISSING', `${file} could not be started.`, {
      because: tailOf(result.all ?? result.shortMessage ?? ''),
      fix: 'Run "microvm doctor": it names what is missing and how to get it.',
    })
  throw new MicrovmError('PROGRAM_FAILED', `${file} ${endOf(result)}.`, {
    because: tellingFirst(tailOf(result.all ?? '')),
    fix: 'See what the program said above.',
  })
}

const endOf = (result: {
  readonly timedOut: boolean
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
}): string => {
  if (result.timedOut) return 'took too long and was ended'
  return result.signal === undefined
    ? `ended with exit status ${result.exitCode}`
    : `was killed by ${result.signal}`
}

/** The last lines of an output, progress bars' carriage returns resolved. */
export const tailOf = (output: string, lines = TAIL_LINES): string =>
  output
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trimEnd())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('\n')
