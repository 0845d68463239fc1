import { closeSync, constants, openSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { ReadStream } from 'node:tty'

/**
 * Not our controlling terminal: the end of the VMM would be a SIGHUP to us. Not blocking: a read that waits would keep one of Node's few
 * threads for as long as the machine runs.
 */
const TERMINAL = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK

/** A console of a VMM as one stream: a Unix socket it listens on, or a terminal device it opened (raw on its side). */
export const connectConsole = (path: string): Duplex => {
  const fd = openTerminal(path)
  if (fd === undefined) return connect(path)
  // A terminal's stream goes both ways, whatever its name says. libuv reads from a descriptor it opens itself.
  const stream = new ReadStream(fd)
  closeSync(fd)
  return stream
}

const openTerminal = (path: string): number | undefined => {
  try {
    return statSync(path).isCharacterDevice() ? openSync(path, TERMINAL) : undefined
  } catch {
    return undefined
  }
}
