import { createInterface } from 'node:readline/promises'

/** Asks a yes-or-no question on the terminal; anything but a yes is a no. */
export const ask = async (question: string): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
