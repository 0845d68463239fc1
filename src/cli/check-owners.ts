import { basename } from 'node:path'
import { isUnitMachine } from '../host-install/unit-machine.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { toldFailure } from '../errors/told-failure.ts'
import { ownerConflict } from '../machine/owner-conflict.ts'
import { type Directories, placesOf } from '../plan/places.ts'
import { isSameOwner } from '../state/is-same-owner.ts'
import { observeMachine, observeMachines } from '../state/observe.ts'
import { readOwner, writeOwner } from '../state/owner.ts'
import type { ReadDefinition } from './read-definition.ts'

type Definition = Pick<ReadDefinition, 'owner' | 'machines'>
type Named = { readonly name: string }

/**
 * Refuses machines whose state belongs to another definition, before any is started. A machine that runs is noted as this definition's where it is, or is
 * adopted: a folder that was moved is followed.
 *
 * @throws MicrovmError MACHINE_OF_ANOTHER_PROJECT with all of them.
 */
export const checkOwners = (
  machines: readonly Named[],
  { owner }: Definition,
  directories: Directories,
  adopt: boolean,
): void => {
  const conflicts: MicrovmError[] = []
  for (const { name } of machines) {
    const status = observeMachine(directories, name)
    const places = status?.places ?? placesOf(directories, name)
    const running = status?.supervisorPid !== undefined
    const conflict = adopt ? undefined : ownerConflict(name, places, owner, 'up', running)
    if (conflict !== undefined) conflicts.push(conflict)
    else if (running) noteOwner(places, owner)
  }
  const [first, ...others] = conflicts
  if (first === undefined) return
  if (others.length === 0) throw first
  throw new MicrovmError(
    'MACHINE_OF_ANOTHER_PROJECT',
    `${conflicts.map(({ machine }) => `"${machine}"`).join(', ')} belong to another project.`,
    {
      problems: conflicts.map((conflict) => {
        const { message, because, fix = '' } = toldFailure(conflict)
        return {
          code: conflict.code,
          at: ['machines', conflict.machine ?? ''],
          message,
          ...(because === undefined ? {} : { because }),
          fix,
        }
      }),
    },
  )
}

/** Its supervisor does not need to know. */
const noteOwner = (...args: Parameters<typeof writeOwner>): void => {
  try {
    writeOwner(...args)
  } catch {
    // Noted by the next start.
  }
}

/** The refusal to stop a machine of another definition; undefined where it may be stopped. Units belong to the host. */
export const stopConflict = (
  name: string,
  { owner }: Definition,
  directories: Directories,
): MicrovmError | undefined => {
  const status = observeMachine(directories, name)
  if (status?.supervisorPid === undefined || isUnitMachine(directories.state, name)) return undefined
  return ownerConflict(name, status.places, owner, 'down', true)
}

/** What to say of machines that run and belong to this definition, which does not define them any more: it was renamed there, or removed. */
export const leftBehind = ({ owner, machines }: Definition, directories: Directories): Named[] =>
  observeMachines(directories).filter((status) => {
    if (status.supervisorPid === undefined || machines.some(({ name }) => name === status.name)) return false
    const of = readOwner(status.places)
    // Another file of the same project may define it.
    return of !== undefined && of.definition === owner.definition && isSameOwner(of, owner)
  })

export const noLongerDefined = (name: string, { owner }: Definition): string =>
  `"${name}" runs, but ${basename(owner.definition)} no longer defines it. To stop it: microvm down ${name}`
