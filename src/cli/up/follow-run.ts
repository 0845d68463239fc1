import { statSync } from 'node:fs'
import type { Recorded } from '../../events/event.ts'
import { decodeLines } from '../../events/jsonl.ts'
import { followEvents } from '../../machine/follow-events.ts'
import { advance, type Failure, type Progress } from '../../report/progress.ts'
import { type errorToJson, formatProblem } from '../../errors/format.ts'
import { printable } from '../../errors/printable.ts'
import { type MachineStatus, observeMachine } from '../../state/observe.ts'
import type { Directories, Places } from '../../plan/places.ts'
import { tailOf } from '../follow-file.ts'

/** One run of a supervisor, to be followed until it ends. */
export type Run = {
  readonly pid: number
  /** Settles when that supervisor is gone. */
  readonly gone: Promise<number | NodeJS.Signals | undefined | void>
  /** What it reported of a start that failed before its first record, as JSON; empty when that was not so. */
  readonly report?: Promise<string>
  /** Size of the log its messages go to before it started; what follows is its own. */
  readonly logFrom: number
  /** Set when it was joined under way: where in its file of events to go on. */
  readonly eventsFrom?: number
}

/** Time for the last events to arrive after their writer has ended. */
const DRAIN_MS = 400

/**
 * Folds the events of a run into progress, telling `onProgress` of every one, until the supervisor is gone or the signal aborts.
 * A supervisor that ended without a word of why has left it in its log, which is then the reason given.
 */
export const followRun = async (
  start: Progress,
  run: Run,
  directories: Directories,
  places: Places,
  signal: AbortSignal,
  onProgress: (progress: Progress, event: Recorded | undefined) => void,
): Promise<Progress> => {
  const ended = new AbortController()
  const both = AbortSignal.any([signal, ended.signal])
  const timer = run.gone.then(() => setTimeout(() => ended.abort(), DRAIN_MS))
  let progress = start
  let ours = run.eventsFrom !== undefined
  for await (const event of followEvents(places.events, { from: run.eventsFrom ?? 0, signal: both })) {
    if (event.kind === 'run') ours = event.pid === run.pid
    if (!ours) continue
    progress = advance(progress, event)
    onProgress(progress, event)
  }
  if (signal.aborted && !ended.signal.aborted) return progress
  clearTimeout(await timer)
  if (progress.state === 'failed' || progress.state === 'stopped') return progress
  progress = await endedSilently(
    progress,
    run,
    ours ? observeMachine(directories, start.name) : undefined,
    places,
  )
  onProgress(progress, undefined)
  return progress
}

/** How a run stands that is under way, folded from the events it has written, and where the next one will be. */
export const runSoFar = async (
  start: Progress,
  places: Places,
): Promise<{ progress: Progress; eventsFrom: number }> => {
  const { text, end } = await tailOf(places.events, undefined)
  // The last line may be in the middle of being written.
  const whole = text.lastIndexOf(10) + 1
  const events = decodeLines(text.toString('utf8', 0, whole))
  return { progress: events.reduce(advance, start), eventsFrom: end - text.length + whole }
}

const endedSilently = async (
  progress: Progress,
  run: Run,
  status: MachineStatus | undefined,
  places: Places,
): Promise<Progress> => {
  const how = await run.gone
  const reported = status?.failure ?? reportedFailure((await run.report) ?? '')
  if (reported === undefined && typeof how === 'string')
    return {
      ...progress,
      state: 'stopped',
      because: `${how} ended its supervisor before it had started anything.`,
    }
  const failure = reported ?? {
    code: 'VMM_EXITED_BEFORE_READY',
    message: 'Its supervisor ended without having started it.',
    because: (await logSince(places.vmmLog, run.logFrom)) || 'It left no message.',
    fix: `Run it in the foreground to see more: microvm run ${progress.name}`,
  }
  return { ...progress, state: 'failed', failure }
}

/** The error of a supervisor in its own words, with its own code. */
const reportedFailure = (text: string): Failure | undefined => {
  try {
    const { error } = JSON.parse(text) as { error: ReturnType<typeof errorToJson>['error'] }
    const { code, message, because, fix, problems } = error
    const all = problems.map((problem) => formatProblem(problem)).join('\n')
    return {
      code,
      message,
      ...(because === null && all === '' ? {} : { because: [because ?? '', all].filter(Boolean).join('\n') }),
      ...(fix === null ? {} : { fix }),
    }
  } catch {
    return undefined
  }
}

export const sizeOf = (path: string): number => {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

const LAST_LINES = 20

const logSince = async (path: string, from: number): Promise<string> => {
  try {
    const { text, end } = await tailOf(path, LAST_LINES)
    return text
      .subarray(Math.max(0, from - (end - text.length)))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => printable(line))
      .join('\n')
  } catch {
    return ''
  }
}
