import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { IdRange, SubordinateIds } from '../plan/observed.ts'

/** The ranges of ids that newuidmap(1) and newgidmap(1) let this user map: subuid(5), subgid(5). Empty where there are none. */
export const readSubordinateIds = (user: string, uid: number, etc = '/etc'): SubordinateIds => ({
  uids: parseSubordinateIds(readIfThere(`${etc}/subuid`), user, uid),
  gids: parseSubordinateIds(readIfThere(`${etc}/subgid`), user, uid),
})

/** Lines of "user:first:count"; the user stands there by name or by number. */
export const parseSubordinateIds = (text: string, user: string, uid: number): IdRange[] =>
  rowsOf(text)
    .filter(({ owner }) => owner === user || owner === String(uid))
    .map(({ first, count }) => ({ first, count }))

/** Name of the user we run as; its number where it has none, as in some containers. */
export const ownName = (): string => {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 0)
  }
}

/** Where useradd(8) begins (SUB_UID_MIN of login.defs(5)), and how many ids it gives to each user. */
const FIRST = 100_000
export const IDS_FOR_A_USER = 65_536

/** The first `IDS_FOR_A_USER` ids that are in no range of either file: what usermod(8) `--add-subuids` can be given. */
export const freeIds = (etc = '/etc'): IdRange => {
  const taken = ['subuid', 'subgid'].flatMap((name) => rowsOf(readIfThere(`${etc}/${name}`)))
  const first = taken
    .toSorted((a, b) => a.first - b.first)
    .reduce(
      (start, row) => (row.first < start + IDS_FOR_A_USER ? Math.max(start, row.first + row.count) : start),
      FIRST,
    )
  return { first, count: IDS_FOR_A_USER }
}

type Row = IdRange & { readonly owner: string }

const rowsOf = (text: string): Row[] =>
  text.split('\n').flatMap((line) => {
    const [, owner = '', first, count] = /^\s*([^#:\s]+):(\d+):(\d+)\s*$/.exec(line) ?? []
    return owner === '' ? [] : [{ owner, first: Number(first), count: Number(count) }]
  })

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
