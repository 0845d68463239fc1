import type { Settings } from './unit-text.ts'

/** `OpenFile=` came with systemd 253. */
const OPEN_FILE_SINCE = 253

/**
 * How the supervisor reaches systemd. `OpenFile=` hands it a connected datagram socket (systemd opens a socket path that way), so that
 * the main process alone may speak. Without it `systemd-notify` is run, whose pid is another one.
 * `OpenFile=` expands no `%t` (systemd 257).
 */
export const notifyAccess = (systemd: number): { readonly settings: Settings; readonly because: string } =>
  systemd >= OPEN_FILE_SINCE
    ? {
        settings: [
          ['NotifyAccess', 'main'],
          ['OpenFile', '/run/systemd/notify:notify'],
        ],
        because: `systemd ${systemd} opens the notify socket for the supervisor`,
      }
    : {
        settings: [['NotifyAccess', 'all']],
        because: `systemd ${systemd} has no OpenFile=, so systemd-notify(1) speaks for the supervisor`,
      }
