import { parseDuration } from '../definition/duration.ts'
import { MicrovmError } from '../errors/microvm-error.ts'

/** `--timeout 5min` → milliseconds. @throws MicrovmError USAGE */
export const optionTime = (option: string, text: string): number => {
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new MicrovmError('USAGE', `--${option} cannot be "${text}".`, {
      fix: 'Write a time such as 90s, 5min or "1min 30s".',
    })
  // Timers of Node take 31 bits of milliseconds.
  return Math.min(ms, 2 ** 31 - 1)
}
