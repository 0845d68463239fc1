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

/** Groups that can be handled at once, each after the ones before it. Cycles were refused with the definition. */
export const startWaves = <T extends Node>(machines: readonly T[]): T[][] => {
  const inside = new Set(machines.map(({ name }) => name))
  const done = new Set<string>()
  const waves: T[][] = []
  let left = [...machines]
  while (left.length > 0) {
    const wave = left.filter(({ after }) => after.every((name) => done.has(name) || !inside.has(name)))
    // A cycle cannot get here; if one does, all that is left goes at once rather than never.
    const taken = wave.length === 0 ? left : wave
    waves.push(taken)
    for (const { name } of taken) done.add(name)
    left = left.filter((machine) => !done.has(machine.name))
  }
  return waves
}

/** Dependants first. */
export const stopWaves = <T extends Node>(machines: readonly T[]): T[][] => startWaves(machines).toReversed()
