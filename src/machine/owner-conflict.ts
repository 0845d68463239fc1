import { MicrovmError } from '../errors/microvm-error.ts'
import { quoteWord } from '../invocation/quote-word.ts'
import type { Places } from '../plan/places.ts'
import { isGone, isSameOwner } from '../state/is-same-owner.ts'
import { hasVolumes, type Owner, readOwner, writeOwner } from '../state/owner.ts'
import { fileError } from '../host/file-error.ts'

/**
 * The refusal of a machine whose state belongs to another project; undefined when it is this one's, nobody's, or left behind by a definition that is gone
 * without having kept anything.
 *
 * @param verb what is asked for, for the way out.
 */
export const ownerConflict = (
  machine: string,
  places: Places,
  who: Owner,
  verb: 'up' | 'down',
  running: boolean,
): MicrovmError | undefined => {
  const owner = readOwner(places)
  if (owner === undefined || isSameOwner(owner, who)) return undefined
  const gone = owner.unit === null && isGone(owner)
  if (gone && !running && !hasVolumes(places)) return undefined
  return new MicrovmError(
    'MACHINE_OF_ANOTHER_PROJECT',
    `"${machine}" ${running ? 'runs, and belongs' : 'belongs'} to another project.`,
    {
      machine,
      because: [
        `Its ${running ? 'machine and its ' : ''}state (${places.state}) are of ${nameOf(owner)}${gone ? ', which is gone' : ''}.`,
        `This is ${nameOf(who)}.`,
      ].join('\n'),
      fix: verb === 'up' ? waysUp(machine, owner, who) : waysDown(machine, owner, who, gone),
    },
  )
}

const nameOf = ({ definition, project, unit }: Owner): string =>
  unit === null
    ? `${definition}${project === null ? '' : ` (project "${project}")`}`
    : `${unit}, a unit of this host`

const command = (
  verb: string,
  machine: string,
  { definition }: Pick<Owner, 'definition'>,
  ...more: string[]
): string => ['microvm', verb, quoteWord(machine), '--file', quoteWord(definition), ...more].join(' ')

const waysUp = (machine: string, owner: Owner, who: Owner): string =>
  owner.unit === null
    ? [
        'Give this machine another name.',
        owner.project === null
          ? 'If both definitions are one project, write the same project = "NAME" at the top of each, and start it once from there.'
          : `If this definition is of the same project, say so: ${command('up', machine, who, '--detach', '--project', owner.project)}`,
        `To take it over with all it has kept: ${command('up', machine, who, '--detach', '--adopt')}`,
      ].join('\n')
    : `Give this machine another name. The unit is started by "microvm start ${machine}".`

const waysDown = (machine: string, owner: Owner, who: Owner, gone: boolean): string =>
  gone
    ? `To stop it all the same: ${command('down', machine, who, '--adopt')}`
    : [
        `Stop it from there: ${command('down', machine, owner)}`,
        `To stop it all the same: ${command('down', machine, who, '--adopt')}`,
      ].join('\n')

/**
 * Notes that the state is of that project from now on. To be called with the machine's locks held, before anything of it is used.
 * @param adopt take it over from whomever it belongs to.
 * @throws MicrovmError MACHINE_OF_ANOTHER_PROJECT, DISK_FULL, HOST_PERMISSION.
 */
export const takeOwnership = (
  machine: string,
  places: Places,
  { owner, adopt }: { readonly owner: Owner; readonly adopt: boolean },
): void => {
  const conflict = adopt ? undefined : ownerConflict(machine, places, owner, 'up', false)
  if (conflict !== undefined) throw conflict
  try {
    writeOwner(places, owner)
  } catch (error) {
    throw fileError(
      error,
      `Whose machine "${machine}" is cannot be written in ${places.state}.`,
      'Make room where MICROVM_STATE_DIR is.',
    )
  }
}
