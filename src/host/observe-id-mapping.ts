import { readFileSync } from 'node:fs'
import type { IdMapping } from '../plan/observed.ts'
import { findOnPath } from './find-on-path.ts'
import { freeIds, ownName, readSubordinateIds } from './subordinate-ids.ts'

/** Whether this user may map further ids into a user namespace, which takes newuidmap(1), newgidmap(1) and ranges in subuid(5), subgid(5). */
export const observeIdMapping = (env: NodeJS.ProcessEnv): IdMapping => {
  // newuidmap is setuid, which is off for us in a unit with NoNewPrivileges=.
  if (/^NoNewPrivs:\s*1$/m.test(readFileSync('/proc/self/status', 'latin1')))
    return {
      usable: false,
      because: 'It runs where nothing may gain privileges (NoNewPrivileges=), as every unit does.',
      fix: 'Where owners matter, run a virtiofsd of your own as root for it, and name its socket: shares = [{ socket = "/run/…" }].',
    }
  const user = ownName()
  const { uids, gids } = readSubordinateIds(user, process.getuid?.() ?? 0)
  const [uidRange] = uids
  const [gidRange] = gids
  const there = ['newuidmap', 'newgidmap'].every((name) => findOnPath(name, env) !== undefined)
  if (there && uidRange !== undefined && gidRange !== undefined)
    return { usable: true, uids: uidRange, gids: gidRange }
  const { first, count } = freeIds()
  const range = `${first}-${first + count - 1}`
  const commands = [
    ...(there ? [] : ['sudo apt install uidmap']),
    ...(uidRange !== undefined && gidRange !== undefined
      ? []
      : [
          [
            'sudo usermod',
            ...(uidRange === undefined ? [`--add-subuids ${range}`] : []),
            ...(gidRange === undefined ? [`--add-subgids ${range}`] : []),
            user,
          ].join(' '),
        ]),
  ]
  return {
    usable: false,
    because: there
      ? `${user} has no ids in /etc/subuid and /etc/subgid.`
      : 'There is no newuidmap and newgidmap.',
    fix: `Run "${commands.join(' && ')}".`,
  }
}
