import { execa } from 'execa'
import { printableLines } from '../errors/printable.ts'

export type Confined =
  | { readonly ok: true; readonly stdout: string }
  /** `said`: the last lines of its output, harmless for a terminal. */
  | { readonly ok: false; readonly exit: number | undefined; readonly said: string }

/** Reading a header takes milliseconds, on a loaded machine a second. */
const TIMEOUT_MS = 20_000
const CPU_SECONDS = 10
/** Programs map a lot and use little; a header that makes them take gigabytes is a trap. */
const MEMORY_BYTES = 2 ** 31
const OUTPUT_BYTES = 2 ** 22

/**
 * Runs a program that reads a file somebody hostile may have written: bounded in time, memory and output. It can write to no file,
 * gains no privilege, and dies with us.
 */
export const runConfined = async (file: string, args: readonly string[]): Promise<Confined> => {
  const limits = [`--as=${MEMORY_BYTES}`, `--cpu=${CPU_SECONDS}`, '--fsize=0', '--core=0']
  const confined = ['--pdeathsig', 'KILL', '--no-new-privs', '--', 'prlimit', ...limits, '--', file, ...args]
  const result = await execa('setpriv', confined, {
    env: { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_BYTES,
  })
  if (result.exitCode === 0) return { ok: true, stdout: result.stdout }
  const said = result.timedOut
    ? `It did not end within ${TIMEOUT_MS / 1000} s.`
    : printableLines(lastLines(result.all ?? '') || result.shortMessage || '')
  return { ok: false, exit: result.exitCode, said }
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-5).join('\n')
