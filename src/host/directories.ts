import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Directories } from '../plan/places.ts'

/**
 * Base directories: root's are the system's, everybody else's follow the XDG base directory specification.
 * `MICROVM_RUNTIME_DIR`, `MICROVM_STATE_DIR` and `MICROVM_CACHE_DIR` win over both. A variable that is empty or a relative path counts as
 * unset, as that specification wants it: a path that depends on where a command is typed would be another one the next time.
 */
export const findDirectories = (env: NodeJS.ProcessEnv, uid: number): Directories => {
  const path = (name: string): string | undefined => absolute(env[name])
  const home = (): string => path('HOME') ?? homeOf()
  const defaults =
    uid === 0
      ? { runtime: '/run/microvm', state: '/var/lib/microvm', cache: '/var/cache/microvm' }
      : {
          // Without a login session there is no XDG_RUNTIME_DIR; a per-user directory below /tmp is the usual stand-in.
          runtime: join(path('XDG_RUNTIME_DIR') ?? `/tmp/microvm-${uid}`, 'microvm'),
          state: join(path('XDG_STATE_HOME') ?? join(home(), '.local/state'), 'microvm'),
          cache: join(path('XDG_CACHE_HOME') ?? join(home(), '.cache'), 'microvm'),
        }
  return {
    runtime: path('MICROVM_RUNTIME_DIR') ?? defaults.runtime,
    state: path('MICROVM_STATE_DIR') ?? defaults.state,
    cache: path('MICROVM_CACHE_DIR') ?? defaults.cache,
  }
}

/** The home directory: of the environment, else of the user database. */
export const findHome = (env: NodeJS.ProcessEnv): string => absolute(env['HOME']) ?? homeOf()

const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined

/** A user without an entry in the user database (a container's) has none. */
const homeOf = (): string => {
  try {
    return absolute(userInfo().homedir) ?? '/'
  } catch {
    return '/'
  }
}
