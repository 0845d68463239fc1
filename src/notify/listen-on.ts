import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import type { ListenOptions, Server } from 'node:net'
import { MicrovmError } from '../errors/microvm-error.ts'
import { SOCKET_PATH_MAX } from '../plan/places.ts'

/**
 * Listens on a Unix socket of mode 0600. What a crashed run left at that path is removed: the caller holds the machine's lock, so a
 * socket there is nobody's. Anything that is not a socket is not ours and stays.
 *
 * @throws MicrovmError SOCKET_PATH_TOO_LONG, FILE_WRONG_KIND, HOST_PERMISSION, DISK_FULL, or INTERNAL for the rest.
 */
export const listenOn = async (server: Server, path: string, options: ListenOptions): Promise<void> => {
  const length = Buffer.byteLength(path)
  if (length > SOCKET_PATH_MAX)
    throw new MicrovmError('SOCKET_PATH_TOO_LONG', `The socket path ${path} is too long.`, {
      because: `It has ${length} bytes; Linux allows ${SOCKET_PATH_MAX} (unix(7)).`,
      fix: 'Use a shorter machine name, or a shorter runtime directory (MICROVM_RUNTIME_DIR).',
    })
  try {
    removeStale(path)
    await listen(server, path, options)
    chmodSync(path, 0o600)
  } catch (error) {
    throw error instanceof MicrovmError ? error : explain(path, error as NodeJS.ErrnoException)
  }
}

const removeStale = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket())
    throw new MicrovmError('FILE_WRONG_KIND', `${path} is in the way of a socket of that name.`, {
      because: 'It is there already and is not a socket, so it is not left over from an earlier run.',
      fix: 'See what it is, and move it away.',
    })
  unlinkSync(path)
}

const listen = (server: Server, path: string, options: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    // bind(2) happens within listen(), and makes the file with the umask of that moment: it is never open to others, not even briefly.
    const umask = process.umask(0o177)
    try {
      server.once('error', reject)
      server.listen({ ...options, path }, () => {
        server.off('error', reject)
        resolve()
      })
    } finally {
      process.umask(umask)
    }
  })

const explain = (path: string, cause: NodeJS.ErrnoException): MicrovmError => {
  const message = `No socket could be made at ${path}.`
  const because = cause.message
  if (cause.code === 'EACCES' || cause.code === 'EPERM' || cause.code === 'EROFS')
    return new MicrovmError('HOST_PERMISSION', message, {
      because,
      fix: 'Check the owner and the mode of its directory, or run as another user.',
      cause,
    })
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    return new MicrovmError('DISK_FULL', message, {
      because,
      fix: 'Make room on the file system of the runtime directory.',
      cause,
    })
  return new MicrovmError('INTERNAL', message, { because, cause })
}
