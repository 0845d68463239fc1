import { MicrovmError } from '../errors/microvm-error.ts'

/** Whatever was thrown, as the one class; anything else is a defect of ours and says so. */
export const toMicrovmError = (error: unknown): MicrovmError =>
  error instanceof MicrovmError
    ? error
    : new MicrovmError('INTERNAL', error instanceof Error ? error.message : String(error), {
        because: error instanceof Error ? (error.stack ?? '') : '',
        cause: error,
      })
