import type { Directories } from '../../plan/places.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Output } from '../output.ts'
import { stopInOrder } from '../stop-in-order.ts'
import type { Display } from './display.ts'
import type { MachineRun } from './machine-run.ts'

type Options = {
  readonly plans: readonly Plan[]
  readonly runs: ReadonlyMap<string, MachineRun>
  readonly directories: Directories
  readonly escalate: AbortSignal
  readonly abandon: AbortSignal
  readonly display: Display
  readonly out: Output
}

/** Ctrl-C in an attached `up`: stops what this command started; what ran before goes on running. */
export const stopOurs = async ({
  plans,
  runs,
  directories,
  escalate,
  abandon,
  display,
  out,
}: Options): Promise<void> => {
  const nodes = plans.map(({ spec }) => spec).filter(({ name }) => runs.get(name)?.ours === true)
  const others = [...runs].filter(([, run]) => !run.ours).map(([name]) => name)
  const abandoned = new Promise<void>((resolve) => abandon.addEventListener('abort', () => resolve()))
  const unlessAbandoned = (ended: Promise<unknown> | undefined) => Promise.race([ended, abandoned])
  const { dim } = out.progressStyle
  display.aside(() => {
    if (nodes.length > 0) out.progress(dim('\nStopping; Ctrl-C again stops at once.'))
    if (others.length > 0) out.progress(dim(`Ran before, goes on: ${others.join(', ')}`))
  })
  await stopInOrder(nodes, {
    directories,
    force: false,
    escalate,
    abandon,
    onNote: (name, note) => display.aside(() => out.progress(`${name}  ${note}`)),
    onStopping: () => undefined,
    onStopped: async ({ name, error }) => {
      if (error !== undefined) display.aside(() => out.complain(error.message))
      // Its last events are still on the way; they are shown before those of what it came after.
      else await unlessAbandoned(runs.get(name)?.ended)
    },
  })
  await unlessAbandoned(Promise.all(nodes.flatMap(({ name }) => runs.get(name)?.ended ?? [])))
}
