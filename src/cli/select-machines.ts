import type { MachineSpec } from '../spec/machine-spec.ts'

type Node = Pick<MachineSpec, 'name' | 'after'>

/** The machines of these names and all they come after, in the order of the definition. No names: all. */
export const withDependencies = <T extends Node>(machines: readonly T[], names: readonly string[]): T[] => {
  if (names.length === 0) return [...machines]
  const wanted = new Set<string>()
  const add = (name: string): void => {
    if (wanted.has(name)) return
    wanted.add(name)
    for (const before of machines.find((machine) => machine.name === name)?.after ?? []) add(before)
  }
  for (const name of names) add(name)
  return machines.filter(({ name }) => wanted.has(name))
}
