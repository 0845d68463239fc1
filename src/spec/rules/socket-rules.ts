import { SOCKET_PATH_MAX } from '../socket-path.ts'
import { type Finding, type Rule, bytesIn } from './rule.ts'

/**
 * Sockets of the user that the hypervisor connects to. Not those of `vsock.ports`: they are reached through a link, and the path
 * behind a link may be longer (path_resolution(7)).
 */
export const socketRules: Rule = {
  reads: ['volumes', 'interfaces', 'shares', 'tpm'],
  check: ({ volumes, interfaces, shares, tpmSocket }) => [
    ...volumes.flatMap(({ vhostUserSocket }, index) =>
      tooLong(vhostUserSocket, ['volumes', index, 'vhostUserSocket']),
    ),
    ...interfaces.flatMap(({ socket }, index) => tooLong(socket, ['interfaces', index, 'socket'])),
    ...shares.flatMap(({ socket }, index) => tooLong(socket, ['shares', index, 'socket'])),
    ...tooLong(tpmSocket, ['tpm', 'socket']),
  ],
}

const tooLong = (path: string | undefined, at: Finding['at']): Finding[] =>
  path === undefined || bytesIn(path) <= SOCKET_PATH_MAX
    ? []
    : [
        {
          code: 'SOCKET_PATH_TOO_LONG',
          at,
          message: `is a path of ${bytesIn(path)} bytes, and Linux allows ${SOCKET_PATH_MAX}.`,
          because: `${path}: relative paths start at the definition file.`,
          fix: 'Put the socket into a directory with a shorter path, e.g. below /run.',
        },
      ]
