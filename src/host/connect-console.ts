import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'

/** A console of a VMM as one stream: a Unix socket it listens on, or a terminal device it opened (raw on its side). */
export const connectConsole = (path: string): Duplex => {
  if (!isTerminal(path)) return connect(path)
  const stream = Duplex.from({ readable: createReadStream(path), writable: createWriteStream(path) })
  return stream
}

const isTerminal = (path: string): boolean => {
  try {
    return statSync(path).isCharacterDevice()
  } catch {
    return false
  }
}
