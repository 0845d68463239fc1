import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'

/**
 * What becomes of machines in the background when their user logs out, as a sentence of warning; undefined where nothing does. systemd-logind removes
 * `/run/user/UID` after the last session of a user who does not linger (loginctl(1)), and with it a run directory there.
 *
 * @param linger the directory where logind keeps who lingers.
 */
export const endsWithSession = (
  uid: number,
  runtime: string,
  linger = '/var/lib/systemd/linger',
): string | undefined => {
  if (uid === 0 || !runtime.startsWith(`/run/user/${uid}/`)) return undefined
  const { username } = userInfo()
  if (existsSync(`${linger}/${username}`)) return undefined
  return `The sockets of your machines are in ${runtime}, which goes away when you log out. To keep them: loginctl enable-linger`
}
