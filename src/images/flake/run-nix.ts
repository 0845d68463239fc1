import { MicrovmError } from '../../errors/microvm-error.ts'
import { findProgram } from '../../host/find-program.ts'
import { runProgram } from '../../host/run-program.ts'

export type NixOptions = {
  /** Gets Nix's own progress, line by line. */
  readonly report: (line: string) => void
  readonly signal?: AbortSignal | undefined
  /** Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs Nix and returns its stdout.
 * @throws MicrovmError NEEDS_NIX when there is no Nix, IMAGE_BUILD_FAILED with the end of what it said, INTERRUPTED.
 */
export const runNix = async (
  what: string,
  args: readonly string[],
  { report, signal, env = process.env }: NixOptions,
): Promise<string> => {
  const nix = findProgram('nix', env)
  if (nix === undefined)
    throw new MicrovmError('NEEDS_NIX', `${what} has to be built by Nix.`, {
      because: 'There is no program nix on PATH.',
      fix: 'Install Nix (Debian: "apt install nix-setup-systemd"), set MICROVM_NIX, or use another kind of image.',
    })
  try {
    const { stdout } = await runProgram(nix, args, {
      onLine: (line) => report(line.trimEnd()),
      ...(signal === undefined ? {} : { signal }),
    })
    return stdout
  } catch (error) {
    if (!(error instanceof MicrovmError) || error.code !== 'PROGRAM_FAILED') throw error
    throw new MicrovmError('IMAGE_BUILD_FAILED', `Nix could not build ${what}.`, {
      ...(error.because === undefined ? {} : { because: error.because }),
      fix: `See what Nix said above. The same by hand: nix ${args.map(shellWord).join(' ')}`,
    })
  }
}

const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
