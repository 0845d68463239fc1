import { closeSync, writeSync } from 'node:fs'

/** The way back to whoever started us detached: one text, written when a start has failed. */
export type ReportUp = {
  /** Hands the text over, whether or not anybody still reads. */
  readonly send: (text: string) => void
  /** Nothing more comes. */
  readonly close: () => void
}

/** Takes `MICROVM_REPORT_FD` from the environment, so that no child takes it for its own. Without it nothing is sent. */
export const takeReportUp = (env: NodeJS.ProcessEnv): ReportUp => {
  let fd = /^\d+$/.test(env['MICROVM_REPORT_FD'] ?? '') ? Number(env['MICROVM_REPORT_FD']) : undefined
  delete env['MICROVM_REPORT_FD']
  return {
    send: (text) => {
      try {
        if (fd !== undefined) writeSync(fd, text)
      } catch {
        // Its reader has gone.
      }
    },
    close: () => {
      try {
        if (fd !== undefined) closeSync(fd)
      } catch {
        // Somebody set the variable and opened nothing.
      }
      fd = undefined
    },
  }
}
