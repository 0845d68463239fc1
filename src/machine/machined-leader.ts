import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Running, startProcess } from '../host/process.ts'
import type { Places } from '../plan/places.ts'

/** Where the supervisor writes the leader's pid, for `host register`. */
export const leaderFile = (run: string): string => join(run, 'leader.pid')

/**
 * `machinectl poweroff` sends SIGRTMIN+4 (38) to a machine's leader, which Node cannot catch and a VMM dies of. So the leader is a
 * shell that passes it on as the SIGTERM that stops the machine gracefully. `machinectl reboot` sends SIGINT, which has no meaning here.
 */
const SCRIPT = `trap 'kill -TERM "$1"' 38; trap '' INT; while :; do sleep 86400 & wait; done`

/** Starts it; it dies with us, and is killed by `stop`. */
export const startLeader = (places: Places): { readonly stop: () => void } => {
  const leader: Running = startProcess({
    name: 'leader',
    // The unit has us ignore that signal, and a shell cannot trap what was ignored when it began.
    file: 'env',
    args: ['--default-signal=RTMIN+4', 'sh', '-c', SCRIPT, 'microvm-leader', String(process.pid)],
    env: {},
    cwd: '/',
    fds: [],
  })
  leader.stdout.resume()
  leader.stderr.resume()
  writeFileSync(leaderFile(places.run), `${leader.id.pid}\n`, { mode: 0o600 })
  return { stop: () => void leader.kill('SIGKILL') }
}
