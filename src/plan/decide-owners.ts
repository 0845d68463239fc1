import type { Problem } from '../errors/problem.ts'
import type { ShareSpec } from '../spec/machine-spec.ts'
import type { IdRange, Observed, Program } from './observed.ts'
import { isAtLeast } from './version.ts'

/** Who owns on the host what the guest writes into a share, and the other way round. */
export type Owners = {
  /**
   * - `same`: ids of the guest are ids of the host; only root can store them.
   * - `map`: root of the guest is the user who runs the machine, every other id has a subordinate id of that user. What rootless containers do.
   * - `squash`: everything belongs to the user who runs the machine, and to root in the guest. Changes of owner succeed and are not kept.
   * - `single`: that user alone exists in the share; a guest's attempt to use another id fails.
   * - `given`: the share's extraArgs say it.
   */
  readonly kind: 'same' | 'map' | 'squash' | 'single' | 'given'
  readonly uids: readonly IdPair[]
  readonly gids: readonly IdPair[]
  /** What it means for the guest, as a sentence's part. */
  readonly because: string
}

/** `count` ids from `guest` on are those from `host` on. */
export type IdPair = { readonly guest: number; readonly host: number; readonly count: number }

/** `--translate-uid` is in virtiofsd since 1.13. */
const TRANSLATES_SINCE = [1, 13]

const TOLD = /^--(uid-map|gid-map|translate-uid|translate-gid|sandbox)(=|$)/

export const decideOwners = (
  share: ShareSpec,
  virtiofsd: Program,
  observed: Observed,
  at: Problem['at'],
): { readonly owners: Owners; readonly warning: Problem | undefined } => {
  const { uid, gid, idMapping } = observed
  const plain = (kind: Owners['kind'], because: string): Owners => ({ kind, uids: [], gids: [], because })
  if (share.extraArgs.some((argument) => TOLD.test(argument)))
    return { owners: plain('given', 'its extraArgs say who owns what'), warning: undefined }
  if (uid === 0)
    return { owners: plain('same', 'root keeps every owner under its own number'), warning: undefined }
  if (idMapping.usable)
    return {
      owners: {
        kind: 'map',
        uids: mapped(uid, idMapping.uids),
        gids: mapped(gid, idMapping.gids),
        because: "the guest's root is you, its other users have subordinate ids of yours",
      },
      warning: undefined,
    }
  const squash = !share.posixAcl && isAtLeast(virtiofsd.numbers, TRANSLATES_SINCE)
  const warning: Problem = {
    code: 'CAPABILITY_MISSING',
    at,
    message: squash
      ? `The share "${share.tag}" does not keep owners: in the guest everything belongs to root, on the host to the user who runs the machine.`
      : `The share "${share.tag}" knows one user only: what another user or service of the guest creates there fails.`,
    because: idMapping.because,
    fix: squash || !share.posixAcl ? idMapping.fix : `${idMapping.fix} Or remove posixAcl.`,
  }
  if (!squash) return { owners: plain('single', 'one user is all this host lets it keep'), warning }
  return {
    owners: {
      kind: 'squash',
      uids: [{ guest: 0, host: uid, count: 1 }],
      gids: [{ guest: 0, host: gid, count: 1 }],
      because: 'everything belongs to you, and to root in the guest',
    },
    warning,
  }
}

const mapped = (own: number, subordinate: IdRange): IdPair[] => [
  { guest: 0, host: own, count: 1 },
  { guest: 1, host: subordinate.first, count: subordinate.count },
]
