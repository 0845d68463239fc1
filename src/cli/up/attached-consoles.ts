import { splitLines } from '../../report/split-lines.ts'
import type { Plan } from '../../plan/plan.ts'
import { followFile } from '../follow-file.ts'
import { prefixes } from '../prefixes.ts'
import type { Output } from '../output.ts'
import type { Display } from './display.ts'
import { sizeOf } from './follow-run.ts'

/** Shows what the guests write to their consoles from now on, each line under its machine's name, until the signal aborts. */
export const followConsoles = async (
  plans: readonly Plan[],
  out: Output,
  display: Display,
  signal: AbortSignal,
): Promise<void> => {
  const prefix = prefixes(
    plans.map(({ spec }) => spec.name),
    out.style,
  )
  const follow = async ({ spec, places }: Plan): Promise<void> => {
    const lines = splitLines()
    const decoder = new TextDecoder()
    for await (const chunk of followFile(places.consoleLog, sizeOf(places.consoleLog), signal))
      for (const line of lines.push(decoder.decode(chunk, { stream: true })))
        display.aside(() => out.consoleLine(prefix(spec.name), line))
  }
  // What cannot be shown is said, and no reason to stop anything.
  const tell = ({ spec }: Plan, error: unknown): void =>
    display.aside(() =>
      out.warn(`The console of "${spec.name}" cannot be shown: ${(error as Error).message}`, spec.name),
    )
  await Promise.all(plans.map((plan) => follow(plan).catch((error) => tell(plan, error))))
}
