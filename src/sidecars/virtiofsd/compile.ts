import type { Plan, SidecarPlan } from '../../plan/plan.ts'
import type { Owners } from '../../plan/decide-owners.ts'
import { isAtLeast } from '../../plan/version.ts'
import type { Sidecar } from '../sidecar.ts'

type VirtiofsdPlan = Extract<SidecarPlan, { kind: 'virtiofsd' }>

/** `--readonly`; older ones leave it to the mount options, which the guest's root can change. */
const READONLY_SINCE = [1, 11]

/**
 * virtiofsd(1), one process for each share. It sees nothing of the host but the shared directory (pivot_root, user namespace without
 * root). Where there are no user namespaces it does not start: a guest does not get weaker walls around it unless the user says so.
 */
export const virtiofsd = (sidecar: VirtiofsdPlan, { places }: Plan): Sidecar => {
  const { share, program } = sidecar
  return {
    invocation: {
      name: sidecar.name,
      file: program.path,
      args: [
        `--socket-path=${sidecar.socket}`,
        `--shared-dir=${share.source}`,
        `--cache=${share.cache}`,
        ...(share.extraArgs.some((argument) => /^--sandbox(=|$)/.test(argument))
          ? []
          : ['--sandbox=namespace']),
        ...ownerArgs(sidecar.owners),
        ...(share.readOnly && isAtLeast(program.numbers, READONLY_SINCE) ? ['--readonly'] : []),
        ...(share.posixAcl ? ['--posix-acl'] : []),
        ...(share.xattr ? ['--xattr'] : []),
        ...share.extraArgs,
      ],
      env: {},
      cwd: places.run,
      fds: [],
    },
    ready: { listening: sidecar.socket },
    endsOnDisconnect: true,
  }
}

/** Every 32-bit id but the last, which is "no id". */
const ALL_IDS = 4_294_967_295

const ownerArgs = ({ kind, uids, gids }: Owners): string[] => {
  const each = (make: (which: 'uid' | 'gid', pair: Owners['uids'][number]) => string[]): string[] => [
    ...uids.flatMap((pair) => make('uid', pair)),
    ...gids.flatMap((pair) => make('gid', pair)),
  ]
  if (kind === 'map')
    return each((which, { guest, host, count }) => [`--${which}-map=:${guest}:${host}:${count}:`])
  if (kind === 'squash')
    return each((which, { guest, host }) => [
      `--translate-${which}=squash-guest:0:${host}:${ALL_IDS}`,
      `--translate-${which}=host:${host}:${guest}:1`,
    ])
  return []
}
