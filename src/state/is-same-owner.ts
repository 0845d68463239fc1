import { lstatSync } from 'node:fs'
import type { Owner } from './owner.ts'

/**
 * Whether who asks for a machine is who its state belongs to.
 * - A unit is its own identity: a NixOS host gives it another definition with every switch.
 * - A project name decides where both have one: it survives moves, and several definitions may share it.
 * - Else the path does, with and without links.
 * - A definition that is not at its old path any more has moved: its folder is the same (known by its inode and birth, so that a new folder which got
 *   the number of a removed one is another), or its text is.
 */
export const isSameOwner = (owner: Owner, who: Owner): boolean => {
  if (who.unit !== null) return true
  if (owner.unit !== null) return false
  if (owner.project !== null && who.project !== null) return owner.project === who.project
  if (owner.definition === who.definition || owner.real === who.real) return true
  if (!isGone(owner)) return false
  return isKnown(owner.folder, who.folder) || isKnown(owner.content, who.content)
}

/** Whether there is nothing at the owner's path any more. What cannot be looked at is there. */
export const isGone = ({ definition }: Pick<Owner, 'definition'>): boolean => {
  try {
    return lstatSync(definition, { throwIfNoEntry: false }) === undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR'
  }
}

/** What could not be found out is empty, and proves nothing. */
const isKnown = (before: string, now: string): boolean => before !== '' && before === now
