import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { quoteWord } from '../invocation/quote-word.ts'
import { MicrovmError } from '../errors/microvm-error.ts'

/**
 * Reading what another user may have put there: root looks at the machines of units, and who has broken out of a guest owns all that such a
 * machine keeps. A link would show that user's choice of root's files, a pipe would keep us waiting for ever.
 */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY

/** Opens a plain file to be read; undefined when there is none. @throws MicrovmError RECORD_BROKEN for anything else of that name; Error of node:fs. */
export const openPlainFile = async (path: string): Promise<FileHandle | undefined> => {
  let file: FileHandle
  try {
    file = await open(path, FLAGS)
  } catch (error) {
    return unlessThere(error, path)
  }
  const found = await file.stat()
  if (found.isFile() && found.size <= Number.MAX_SAFE_INTEGER) return file
  await file.close()
  throw found.isFile() ? tooLarge(path, found.size, Number.MAX_SAFE_INTEGER) : notPlain(path, found)
}

/** All of a small plain file; undefined when there is none. @throws as `openPlainFile`, and for more than `most` bytes. */
export const readPlainFile = (path: string, most: number): string | undefined => {
  let fd: number
  try {
    fd = openSync(path, FLAGS)
  } catch (error) {
    return unlessThere(error, path)
  }
  try {
    const found = fstatSync(fd)
    if (!found.isFile()) throw notPlain(path, found)
    if (found.size > most) throw tooLarge(path, found.size, most)
    const bytes = Buffer.allocUnsafe(found.size)
    return bytes.toString('utf8', 0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}

const unlessThere = (error: unknown, path: string): undefined => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return undefined
  // A link; a socket, or a device without a driver.
  throw code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV' ? notPlain(path) : error
}

const notPlain = (path: string, found?: Stats): MicrovmError =>
  found?.isDirectory() === true
    ? broken(path, 'is a directory', 'It should be a file that microvm wrote.')
    : broken(path, 'is no plain file', 'A link, a pipe or the like is in its place.')

const tooLarge = (path: string, size: number, most: number): MicrovmError =>
  broken(path, 'is too large', `It has ${size} bytes; at most ${most} are read.`)

const broken = (path: string, what: string, because: string): MicrovmError =>
  new MicrovmError('RECORD_BROKEN', `${path} ${what}.`, {
    because,
    fix: `Find out who has put it there. If the machine does not run, move it away (volumes are not touched): mv ${quoteWord(path)} ${quoteWord(`${path}.moved`)}`,
  })
