import { join } from 'node:path'
import type { Directories } from '../plan/places.ts'

/**
 * Base directories: root's are the system's, everybody else's follow the XDG base directory specification.
 * `MICROVM_RUNTIME_DIR`, `MICROVM_STATE_DIR` and `MICROVM_CACHE_DIR` win over both.
 */
export const findDirectories = (env: NodeJS.ProcessEnv, uid: number): Directories => {
  const home = env['HOME'] ?? '/'
  const defaults =
    uid === 0
      ? { runtime: '/run/microvm', state: '/var/lib/microvm', cache: '/var/cache/microvm' }
      : {
          // Without a login session there is no XDG_RUNTIME_DIR; a per-user directory below /tmp is the usual stand-in.
          runtime: join(env['XDG_RUNTIME_DIR'] ?? `/tmp/microvm-${uid}`, 'microvm'),
          state: join(env['XDG_STATE_HOME'] ?? join(home, '.local/state'), 'microvm'),
          cache: join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'microvm'),
        }
  return {
    runtime: env['MICROVM_RUNTIME_DIR'] ?? defaults.runtime,
    state: env['MICROVM_STATE_DIR'] ?? defaults.state,
    cache: env['MICROVM_CACHE_DIR'] ?? defaults.cache,
  }
}
