import { errorToJson } from '../../errors/format.ts'
import { table } from '../../report/table.ts'
import { reportError } from '../report-error.ts'
import type { Progress } from '../../report/progress.ts'
import { endsWithSession } from '../../host/ends-with-session.ts'
import type { Directories } from '../../plan/places.ts'
import type { Context } from '../context.ts'
import { failureOf, toError } from './failures.ts'

/** Every machine that failed, with its reason and what to do. */
export const tellFailures = ({ out, globals }: Context, results: readonly Progress[]): void => {
  for (const progress of results) {
    const failure = failureOf(progress)
    if (failure === undefined) continue
    const error = toError(progress, failure)
    if (globals.json) out.jsonLine(errorToJson(error))
    else reportError(error, out, false)
  }
}

/** The last line of `up --json`. */
export const tellSummary = ({ out, globals }: Context, results: readonly Progress[]): void => {
  if (!globals.json) return
  out.jsonLine({
    kind: 'summary',
    machines: results.map((progress) => ({
      name: progress.name,
      status: progress.state,
      readyAfterMs: progress.readyAfterMs ?? null,
      error: failureOf(progress)?.code ?? null,
    })),
  })
}

/** What to type next, once machines are up and the terminal is free again. */
export const tellNextSteps = ({ out, globals, env }: Context, results: readonly Progress[]): void => {
  const ready = results.filter(({ state }) => state === 'ready')
  const [first] = ready
  if (first === undefined || globals.json) return
  const { dim } = out.progressStyle
  const command = commandName(env)
  // Works in any folder, and without the definition that --file named.
  const names = ready.map(({ name }) => name).join(' ')
  const rows: [string, string][] = [
    [`${command} console ${first.name}`, 'its console (leave with Ctrl-])'],
    [`${command} logs -f ${first.name}`, 'what it writes there'],
    [`${command} ps`, 'what runs'],
    [`${command} down ${names}`, ready.length === 1 ? 'stop it' : 'stop them'],
  ]
  out.progress(['', ...table(rows.map(([typed, what]) => [typed, dim(what)]))].join('\n'))
}

/** How this program is called here: in a clone by its path, which bin/microvm hands over; only a plain word can be typed as it is. */
const commandName = (env: NodeJS.ProcessEnv): string => {
  const called = env['MICROVM_COMMAND'] ?? ''
  return /^[\w./-]+$/.test(called) ? called : 'microvm'
}

/** A machine in the background outlives a login session only partly where its user does not linger. */
export const warnOfLogout = (
  { out, uid }: Context,
  { runtime }: Directories,
  names: readonly string[],
): void => {
  const warning = endsWithSession(uid, runtime)
  for (const name of warning === undefined ? [] : names.slice(0, 1)) out.warn(warning ?? '', name)
}
