import { lstatSync } from 'node:fs'
import type { ListenOptions, Server } from 'node:net'
import { listenOn } from './listen-on.ts'

/** A private socket that can be made again when somebody removes its file. */
export type StandingListener = {
  /** Listens anew where the file is gone; connections that are open go on. @throws MicrovmError as `listenOn`. */
  readonly restore: () => Promise<void>
  /** Stops listening, and resolves when the last connection has ended. */
  readonly close: () => Promise<void>
}

/** @throws MicrovmError as `listenOn`. */
export const openStandingListener = async (
  makeServer: () => Server,
  path: string,
  options: ListenOptions,
): Promise<StandingListener> => {
  let server = makeServer()
  const older: Promise<void>[] = []
  const end = (one: Server): Promise<void> => new Promise((resolve) => one.close(() => resolve()))
  await listenOn(server, path, options)
  return {
    restore: async () => {
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
      // First: a server removes the file of its name when it closes, whoever made it.
      older.push(end(server))
      server = makeServer()
      await listenOn(server, path, options)
    },
    close: async () => void (await Promise.all([...older, end(server)])),
  }
}
