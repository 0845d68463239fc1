import { spellOut } from '../errors/invisible.ts'
import { written } from '../errors/own-style.ts'
import { printable } from '../errors/printable.ts'
import { styleOf } from '../host/terminal.ts'
import type { Style } from '../report/style.ts'
import { wantsColor, wantsLive } from '../report/wants-color.ts'
import type { Globals } from './global-options.ts'

/**
 * stdout is data, stderr is progress; nothing else in the program writes to either. Whatever words of others a text holds, it is written with everything
 * invisible spelt out; `raw` alone writes what it gets.
 */
export type Output = {
  /** Data: one text, ended by a newline when it has none. */
  readonly data: (text: string) => void
  /** A line of a guest's console behind a text of ours; its colours stay where ours do. */
  readonly consoleLine: (prefix: string, line: string) => void
  /** Data as it is, e.g. a guest's console. */
  readonly raw: (chunk: string | Uint8Array) => void
  /** One JSON document. */
  readonly json: (value: unknown) => void
  /** One line of a JSON lines stream. */
  readonly jsonLine: (value: unknown) => void
  /** Progress; silent with --quiet. */
  readonly progress: (text: string) => void
  /** Progress that only --verbose shows. */
  readonly detail: (text: string) => void
  /** Errors and warnings; never silent. */
  readonly complain: (text: string) => void
  /** A warning that is no problem of a definition; a line of its own with --json. */
  readonly warn: (message: string, machine: string) => void
  /** For what goes to stdout. */
  readonly style: Style
  /** For what goes to stderr. */
  readonly progressStyle: Style
  /** Whether stderr may hold lines that are redrawn in place. */
  readonly live: boolean
}

type Writer = { readonly write: (text: string | Uint8Array) => unknown; readonly isTTY: boolean }
export type Writers = { readonly stdout: Writer; readonly stderr: Writer }

export const makeOutput = (
  globals: Pick<Globals, 'json' | 'quiet' | 'verbose' | 'color'>,
  env: NodeJS.ProcessEnv,
  { stdout, stderr }: Writers = process,
): Output => {
  const style = styleOf(!globals.json && wantsColor(globals.color, env, stdout.isTTY))
  const progressStyle = styleOf(wantsColor(globals.color, env, stderr.isTTY))
  const line = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
  const complain = (text: string): void => void stderr.write(line(written(text, progressStyle.colours)))
  // Spelt out, a character of JSON is still the same one.
  const jsonText = (value: unknown, indent?: number): string =>
    `${spellOut(JSON.stringify(value, undefined, indent))}\n`
  return {
    data: (text) => void stdout.write(line(written(text, style.colours))),
    consoleLine: (prefix, text) =>
      void stdout.write(line(written(prefix, style.colours) + printable(text, style.colours))),
    raw: (chunk) => void stdout.write(chunk),
    json: (value) => void stdout.write(jsonText(value, 2)),
    jsonLine: (value) => void stdout.write(jsonText(value)),
    progress: (text) => {
      if (!globals.quiet) complain(text)
    },
    detail: (text) => {
      if (globals.verbose) complain(text)
    },
    complain,
    warn: (message, machine) => {
      if (globals.json) stdout.write(jsonText({ kind: 'warning', machine, message }))
      else complain(`${progressStyle.yellow(progressStyle.bold('warning'))}  ${message}`)
    },
    style,
    progressStyle,
    live: !globals.quiet && globals.color !== 'never' && wantsLive(env, stderr.isTTY),
  }
}
