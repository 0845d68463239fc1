import { readFileSync } from 'node:fs'
import { CATALOGUE } from '../errors/catalogue.ts'
import { errorToJson } from '../errors/format.ts'
import { fileError } from '../host/file-error.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { errorText, problemsText } from '../report/error-text.ts'
import type { Problem } from '../errors/problem.ts'
import type { Output } from './output.ts'

/** Tells the user about an error, on stdout as JSON or on stderr as text, and gives the exit status. */
export const reportError = (thrown: unknown, out: Output, json: boolean): number => {
  const error = toMicrovmError(thrown)
  if (json) out.json(errorToJson(error))
  else out.complain(errorText(error, sourceOf, out.progressStyle))
  return exitOf(error)
}

export const reportWarnings = (warnings: readonly Problem[], out: Output): void => {
  for (const text of problemsText(warnings, 'warning', sourceOf, out.progressStyle)) out.complain(text)
}

const exitOf = (error: MicrovmError): number => CATALOGUE[error.code].exit

/** Anything that is not ours is a defect of microvm, or the host telling us something we failed to foresee. */
const toMicrovmError = (thrown: unknown): MicrovmError => {
  if (thrown instanceof MicrovmError) return thrown
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { code, path } = error as NodeJS.ErrnoException
  const at = path === undefined ? 'A file' : path
  const details = { because: error.message, cause: thrown }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new MicrovmError('DISK_FULL', `${at} could not be written: no space left.`, {
      ...details,
      fix: 'Free some space ("microvm image prune" removes guest images nothing uses), then try again.',
    })
  if (code === 'EISDIR') return fileError(error, `${at} could not be used.`, '')
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ELOOP')
    return new MicrovmError('HOST_PERMISSION', `${at} could not be accessed.`, {
      ...details,
      fix: 'Check who owns it, or run "microvm doctor": it tests the directories microvm needs.',
    })
  return new MicrovmError('INTERNAL', `microvm has a defect: ${error.message}`, {
    because: error.stack ?? error.message,
    fix: 'Please report it where you got microvm from, with this text, what you typed, and the output of "microvm doctor --json".',
    cause: thrown,
  })
}

const sourceOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
