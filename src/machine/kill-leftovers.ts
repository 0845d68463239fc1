import { isAlive, type ProcessId, signal } from '../host/proc.ts'
import { waitUntil } from '../host/wait-until.ts'
import type { Record } from '../state/record.ts'

const KILL_MS = 10_000

/** Ends the processes of a run whose supervisor is gone; tells which. Known by pid and start time, so nobody else is ever hit. */
export const killLeftovers = async ({ vmm, helpers, hypervisor }: Record): Promise<string[]> => {
  const all: (ProcessId & { name: string })[] = [
    ...(vmm === null ? [] : [{ ...vmm, name: hypervisor.name }]),
    ...helpers,
  ]
  const left = all.filter(isAlive)
  for (const process of left) signal(process, 'SIGKILL')
  for (const process of left) await waitUntil(() => (isAlive(process) ? undefined : true), KILL_MS)
  return left.map(({ name, pid }) => `${name} (pid ${pid}) of an earlier run`)
}
