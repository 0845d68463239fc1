import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { MachineStatus } from '../state/observe.ts'
import { isGone } from '../state/is-same-owner.ts'
import { contentOf, readOwner } from '../state/owner.ts'

/**
 * What `ps` says of a machine that runs and whose definition does not define it any more; undefined where it does, or where that cannot be seen.
 * A definition that did not change since the start is not read.
 */
export const leftBehindRemark = async ({
  name,
  supervisorPid,
  places,
}: MachineStatus): Promise<string | undefined> => {
  const owner = supervisorPid === undefined ? undefined : readOwner(places)
  if (owner === undefined || owner.unit !== null) return undefined
  const { definition } = owner
  if (isGone(owner)) return `runs, but its definition is gone: ${definition}`
  if (contentOf(definition) === owner.content) return undefined
  const names = await namesIn(definition)
  return names === undefined || names.includes(name)
    ? undefined
    : `runs, but ${basename(definition)} no longer defines it`
}

/** The machines a definition names, whatever else is wrong with it; undefined where that cannot be read, and of flakes. */
const namesIn = async (definition: string): Promise<string[] | undefined> => {
  try {
    const text = readFileSync(definition, 'utf8')
    const tree: unknown = definition.endsWith('.json')
      ? JSON.parse(text)
      : definition.endsWith('.toml')
        ? (await import('@iarna/toml')).default.parse(text)
        : undefined
    const machines = (tree as { readonly machines?: unknown } | undefined)?.machines
    return typeof machines === 'object' && machines !== null ? Object.keys(machines) : undefined
  } catch {
    return undefined
  }
}
