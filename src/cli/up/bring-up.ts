import { toldFailure } from '../../errors/told-failure.ts'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { notStarted, type Progress } from '../../report/progress.ts'
import { startOrder } from '../../spec/order.ts'

type Node = { readonly name: string; readonly after: readonly string[] }

/**
 * Starts machines each as soon as all it comes after are ready, the rest side by side. One that fails takes only its
 * dependants with it: they are `blocked`, the others go on.
 *
 * @returns how each stands once it is ready, failed or blocked, in the order given.
 */
export const bringUp = async (
  machines: readonly Node[],
  start: (name: string) => Promise<Progress>,
  onBlocked: (progress: Progress) => void,
): Promise<Progress[]> => {
  const results = new Map<string, Promise<Progress>>()
  const bring = async ({ name, after }: Node): Promise<Progress> => {
    const before = await Promise.all(after.flatMap((other) => results.get(other) ?? []))
    const failed = before.filter((progress) => progress.state !== 'ready')
    if (failed.length === 0) return start(name)
    const blocked = blockedBy(
      name,
      failed.map((progress) => progress.name),
    )
    onBlocked(blocked)
    return blocked
  }
  // In this order, so that what a machine comes after is in the map before it.
  for (const name of startOrder(machines).flat()) {
    const machine = machines.find((one) => one.name === name)
    if (machine !== undefined) results.set(name, bring(machine))
  }
  return Promise.all(machines.map(({ name }) => results.get(name) ?? Promise.resolve(notStarted(name))))
}

const blockedBy = (name: string, others: readonly string[]): Progress => {
  const list = others.map((other) => `"${other}"`).join(', ')
  return notStarted(name, {
    state: 'blocked',
    failure: {
      code: 'DEPENDENCY_FAILED',
      message: `Not started: ${list} did not become ready.`,
      fix: `Put ${others.length === 1 ? 'it' : 'them'} right first; "microvm logs ${others[0]}" shows the console.`,
    },
  })
}

/** What `start` returns for a machine that could not even be started. */
export const failedToStart = (name: string, error: unknown): Progress => {
  if (!(error instanceof MicrovmError)) throw error
  return notStarted(name, { state: 'failed', failure: toldFailure(error) })
}
