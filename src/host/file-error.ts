import { quoteWord } from '../invocation/quote-word.ts'
import { MicrovmError } from '../errors/microvm-error.ts'

/**
 * An error of node:fs as one that says what to do.
 * @param what a sentence: what could not be done.
 * @param room what to do when there is no space.
 */
export const fileError = (error: unknown, what: string, room: string): MicrovmError => {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof MicrovmError) return error
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new MicrovmError('DISK_FULL', what, { because: message, fix: room, cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ELOOP')
    return new MicrovmError('HOST_PERMISSION', what, {
      because: message,
      fix: 'Check the owner and the mode of the file and its directory, or run as the user they belong to.',
      cause: error,
    })
  const { path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string }
  if (code === 'EISDIR') {
    const there = quoteWord(dest ?? path ?? 'FILE')
    return new MicrovmError('RECORD_BROKEN', what, {
      because: `${message}: a directory is in the place of a file.`,
      fix: `Find out who has put it there, and move it away: mv ${there} ${there}.moved`,
      cause: error,
    })
  }
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENXIO' || code === 'ENODEV')
    return new MicrovmError('FILE_MISSING', what, {
      because: message,
      fix: 'Check whether the file or device is still there.',
      cause: error,
    })
  return new MicrovmError('INTERNAL', what, { because: message, cause: error })
}
