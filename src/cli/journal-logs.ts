import { startProcess } from '../host/process.ts'
import { unitOf } from '../host-install/unit-state.ts'
import { CONSOLE_MARK } from '../report/journal-console.ts'
import { splitLines } from '../report/split-lines.ts'

export type JournalLogs = {
  readonly machine: string
  readonly follow: boolean
  /** Only the last so many. */
  readonly lines: number | undefined
  readonly print: (line: string) => void
  /** Ends following. */
  readonly stop: AbortSignal
}

/** Prints the console of a machine that runs as a unit, as the journal has it: for those who may read the journal, but not the machine's files. */
export const printJournal = async ({ machine, follow, lines, print, stop }: JournalLogs): Promise<void> => {
  const kept: string[] = []
  const cursor = await readJournal(machine, ['--show-cursor'], (line) => {
    kept.push(line)
    if (lines !== undefined && kept.length > lines) kept.shift()
  })
  for (const line of kept) print(line)
  if (follow) await readJournal(machine, ['--follow', cursor ?? '--lines=0'], print, stop)
}

/** Returns the option with which a next call goes on where this one ended. */
const readJournal = async (
  machine: string,
  options: readonly string[],
  onLine: (line: string) => void,
  stop?: AbortSignal,
): Promise<string | undefined> => {
  const journalctl = startProcess({
    name: 'journalctl',
    file: 'journalctl',
    args: ['--no-pager', '--quiet', '--output=cat', `--unit=${unitOf(machine)}`, ...options],
    env: {},
    cwd: '/',
    fds: [],
  })
  const end = (): void => void journalctl.kill('SIGINT')
  stop?.addEventListener('abort', end)
  if (stop?.aborted === true) end()
  let cursor: string | undefined
  const splitter = splitLines()
  const decoder = new TextDecoder()
  journalctl.stderr.resume()
  journalctl.stdout.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(decoder.decode(chunk, { stream: true }))) {
      const found = /^-- cursor: (.+)$/.exec(line)?.[1]
      if (found !== undefined) cursor = `--after-cursor=${found}`
      else if (line.startsWith(CONSOLE_MARK)) onLine(line.slice(CONSOLE_MARK.length))
    }
  })
  await journalctl.exited
  stop?.removeEventListener('abort', end)
  return cursor
}
