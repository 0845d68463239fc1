import { printable } from '../errors/printable.ts'
import { splitLines } from './split-lines.ts'

/** Marks a line of the console among the lines of the journal (`microvm logs` takes it off again). */
export const CONSOLE_MARK = 'console: '

/** sd-daemon(3): without a level of its own a guest's line could carry one. */
const INFO = '<6>'

export type JournalConsoleOptions = {
  readonly write: (text: string) => void
  /** Any monotonic clock, in milliseconds. */
  readonly now: () => number
}

/** A guest may write as much as it likes to its console; the journal belongs to the host. All of it is in console.log. */
const BURST = 2_000
const PER_SECOND = 100

/** Console output in, marked lines for the journal out: whole lines, made harmless, and no more of them than a host can bear. */
export const journalConsole = ({ write, now }: JournalConsoleOptions): ((chunk: Buffer) => void) => {
  const splitter = splitLines()
  const decoder = new TextDecoder()
  let credit = BURST
  let at = now()
  let left = 0
  return (chunk) => {
    const time = now()
    credit = Math.min(BURST, credit + ((time - at) / 1000) * PER_SECOND)
    at = time
    let text = ''
    for (const line of splitter.push(decoder.decode(chunk, { stream: true }))) {
      if (credit < 1) {
        left += 1
        continue
      }
      if (left > 0)
        text += `${INFO}${CONSOLE_MARK}(${left} lines left out: more than ${PER_SECOND} a second)\n`
      left = 0
      credit -= 1
      text += `${INFO}${CONSOLE_MARK}${printable(line)}\n`
    }
    if (text !== '') write(text)
  }
}
