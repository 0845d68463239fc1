import { writeSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { CATALOGUE } from '../errors/catalogue.ts'
import { openLossyWriter } from '../host/lossy-writer.ts'
import type { Context } from './context.ts'
import { GLOBAL_OPTIONS, type Globals } from './global-options.ts'
import { makeOutput, type Writers } from './output.ts'
import { parseCommandLine } from './parse-command-line.ts'
import type { Verb } from './verb.ts'

/** argv → exit status. Every error ends here: told once, in the form that was asked for. */
export const runCommand = async (
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  verbs: readonly Verb[],
): Promise<number> => {
  let writers: Writers = process
  const folder = workingDirectory()
  const stopGuarding = endWhenNobodyReads()
  let globals: Globals = guessGlobals(argv)
  try {
    const line = parseCommandLine(argv, verbs)
    globals = line.globals
    if (line.verb?.meta.outlivesOutput === true && !globals.help) {
      stopGuarding()
      writers = { stdout: openLossyWriter(process.stdout), stderr: openLossyWriter(process.stderr) }
    }
    const context: Context = {
      env,
      get cwd() {
        return folder()
      },
      uid: process.getuid?.() ?? 0,
      globals,
      out: makeOutput(globals, env, writers),
      verbs,
    }
    if (line.verb === undefined || globals.help) {
      const { groupHelp, helpOf, overview } = await import('./help-text.ts')
      const text =
        line.verb !== undefined
          ? helpOf(line.verb)
          : line.group === undefined
            ? overview(verbs)
            : groupHelp(line.group)
      if (globals.help) context.out.data(text)
      else context.out.complain(text)
      return globals.help ? 0 : 2
    }
    return await line.verb.run(context, line.input as never)
  } catch (error) {
    const { reportError } = await import('./report-error.ts')
    return reportError(error, makeOutput(globals, env, writers), globals.json)
  }
}

/**
 * The folder is asked for by verbs that look for a definition here; the others work from one that was removed, too. No process can be started
 * there, so that it is left.
 *
 * @returns what gives it. @throws MicrovmError USAGE when that is called and it was removed.
 */
const workingDirectory = (): (() => string) => {
  try {
    const path = process.cwd()
    return () => path
  } catch (error) {
    process.chdir('/')
    return () => {
      throw new MicrovmError('USAGE', 'The current folder was removed.', {
        because: (error as Error).message,
        fix: 'Change into a folder that is there, or name the definition by its whole path: microvm --file /PATH/microvm.toml …',
      })
    }
  }
}

/** For errors of the command line itself, when the real options could not be parsed. */
const guessGlobals = (argv: readonly string[]): Globals => {
  const color = GLOBAL_OPTIONS.color.choices.find((choice) => argv.includes(`--color=${choice}`)) ?? 'auto'
  const has = (name: string): boolean => argv.includes(name)
  return {
    file: undefined,
    project: undefined,
    json: has('--json'),
    quiet: false,
    verbose: false,
    color,
    'no-input': false,
    yes: false,
    help: false,
  }
}

const SIGPIPE = 13

/**
 * `microvm events | head -1`: Node ignores SIGPIPE, so the broken pipe arrives as an error of the stream. The status is the one the signal would
 * have given. Any other error, of a full disk for example, is told on stderr: half of what was asked for is not success.
 */
const endWhenNobodyReads = (): (() => void) => {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(128 + SIGPIPE)
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    try {
      writeSync(
        2,
        `error ${full ? 'DISK_FULL' : 'HOST_PERMISSION'}  The output could not be written.\n  because  ${error.message}\n`,
      )
    } catch {
      // Neither can this.
    }
    process.exit(full ? CATALOGUE.DISK_FULL.exit : CATALOGUE.HOST_PERMISSION.exit)
  }
  const streams = [process.stdout, process.stderr]
  for (const stream of streams) stream.on('error', onError)
  return () => {
    for (const stream of streams) stream.off('error', onError)
  }
}
