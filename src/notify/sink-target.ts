import { fstatSync } from 'node:fs'

/** Where this process can report to its service manager. */
export type SinkTarget =
  /** A connected datagram socket: `OpenFile=/run/systemd/notify:notify` in the unit (systemd 253 and newer). One write is one message, sent by this very process, so `NotifyAccess=main` is enough. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** By systemd-notify(1), which needs `NotifyAccess=all`: Node has no datagram sockets of the Unix family. */
  | { readonly kind: 'command'; readonly notifySocket: string }
  | { readonly kind: 'none' }

/** First descriptor of the protocol of sd_listen_fds(3). */
const LISTEN_FDS_START = 3

const OURS = ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'NOTIFY_SOCKET'] as const

/**
 * Finds the target, and removes what told of it from the environment: a child that inherits it could speak for our unit, or
 * take descriptors for its own that mean something else there.
 */
export const takeSinkTarget = (env: NodeJS.ProcessEnv, pid: number): SinkTarget => {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, NOTIFY_SOCKET } = env
  for (const name of OURS) delete env[name]
  const count = Number(LISTEN_FDS ?? 0)
  const index = (LISTEN_FDNAMES ?? '').split(':').indexOf('notify')
  const fd = LISTEN_FDS_START + index
  if (LISTEN_PID === String(pid) && index >= 0 && index < count && isSocket(fd))
    return { kind: 'descriptor', fd }
  if (NOTIFY_SOCKET !== undefined && NOTIFY_SOCKET !== '')
    return { kind: 'command', notifySocket: NOTIFY_SOCKET }
  return { kind: 'none' }
}

const isSocket = (fd: number): boolean => {
  try {
    return fstatSync(fd).isSocket()
  } catch {
    return false
  }
}
