type Waiting = { readonly name: string; readonly after: readonly string[] }

/** Splits machines into waves that start one after the other, and those that wait in a circle or for one. */
const waves = (machines: readonly Waiting[]): { readonly waves: string[][]; readonly stuck: Waiting[] } => {
  const position = new Map(machines.map(({ name }, index) => [name, index]))
  const followers = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const { name, after } of machines) {
    const needed = new Set(after.filter((other) => position.has(other)))
    open.set(name, needed.size)
    for (const other of needed) {
      const list = followers.get(other) ?? []
      list.push(name)
      followers.set(other, list)
    }
  }
  const result: string[][] = []
  let wave = machines.map(({ name }) => name).filter((name) => open.get(name) === 0)
  while (wave.length > 0) {
    result.push(wave)
    const next = new Set<string>()
    for (const follower of wave.flatMap((name) => followers.get(name) ?? [])) {
      const left = (open.get(follower) ?? 0) - 1
      open.set(follower, left)
      if (left === 0) next.add(follower)
    }
    wave = [...next].toSorted((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0))
  }
  return { waves: result, stuck: machines.filter(({ name }) => (open.get(name) ?? 0) > 0) }
}

/**
 * Waves of machines: those of a wave can start together, once all earlier waves are ready. Machines of `after` that are not
 * among `specs` count as ready. A definition that was checked has no circles; if there were one, its machines come last.
 */
export const startOrder = (specs: readonly Waiting[]): string[][] => {
  const { waves: order, stuck } = waves(specs)
  return stuck.length === 0 ? order : [...order, stuck.map(({ name }) => name)]
}

/** Circles of machines that wait for each other, each once and in order: `['a', 'b']` for a after b after a. */
export const circlesOf = (machines: readonly Waiting[]): string[][] => {
  const stuck = new Map(waves(machines).stuck.map((machine) => [machine.name, machine]))
  const seen = new Set<string>()
  const circles: string[][] = []
  for (const start of stuck.keys()) {
    const path = new Map<string, number>()
    let name: string | undefined = start
    while (name !== undefined && !seen.has(name) && !path.has(name)) {
      path.set(name, path.size)
      name = stuck.get(name)?.after.find((other) => stuck.has(other))
    }
    const from = name === undefined ? undefined : path.get(name)
    if (from !== undefined) circles.push([...path.keys()].slice(from))
    for (const step of path.keys()) seen.add(step)
  }
  return circles
}
