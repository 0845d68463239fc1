import type { Lacking } from './needs.ts'
import { say } from './say.ts'
import type { UserNeed } from './user-needs.ts'

/** Says what is still missing. @returns whether all that is essential is there. */
export const report = (still: readonly Lacking[], own: readonly UserNeed[]): boolean => {
  const essential = [
    ...still.filter((need) => need.essential).map(({ package: name }) => name),
    ...own.map(({ what }) => what),
  ]
  for (const { what, state, why } of still) say(`still missing: ${what} (${why}): ${state}`)
  if (still.length + own.length === 0) say('everything is there now')
  else if (essential.length === 0) say('the rest works without it.')
  else
    say(
      `cannot go on without ${essential.join(', ')}; when ${essential.length === 1 ? 'it is' : 'they are'} there, run the same command again.`,
    )
  return essential.length === 0
}
