import type { ErrorCode } from './catalogue.ts'
import type { MicrovmError } from './microvm-error.ts'

/** An error as records, events and tables keep it: one code, and texts. */
export type ToldFailure = {
  readonly code: ErrorCode
  readonly message: string
  readonly because?: string
  readonly fix?: string
}

/** The one form for an error that may have several problems: the reason and the way out of each are kept. */
export const toldFailure = ({ code, message, because, fix, problems }: MicrovmError): ToldFailure => {
  const [first, ...others] = problems
  if (first === undefined) return tidy(code, message, because, fix)
  if (others.length === 0)
    return tidy(
      code,
      message,
      lines([first.message === message ? undefined : first.message, first.because ?? because]),
      first.fix,
    )
  return tidy(
    code,
    message,
    lines([because, ...problems.map((one) => lines([one.message, one.because]))]),
    lines([fix, ...problems.map((one) => one.fix)]),
  )
}

const lines = (texts: readonly (string | undefined)[]): string | undefined => {
  const said = [...new Set(texts.filter((text) => text !== undefined && text !== ''))]
  return said.length === 0 ? undefined : said.join('\n')
}

const tidy = (
  code: ErrorCode,
  message: string,
  because: string | undefined,
  fix: string | undefined,
): ToldFailure => ({
  code,
  message,
  ...(because === undefined ? {} : { because }),
  ...(fix === undefined ? {} : { fix }),
})
