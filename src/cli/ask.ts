import { createInterface } from 'node:readline/promises'
import { written } from '../errors/own-style.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Context } from './context.ts'

/**
 * A yes or no. Asked only where a person can answer; --yes and --no-input answer for them.
 * @throws MicrovmError USAGE where nobody can be asked and nothing was said.
 */
export const ask = async (question: string, { globals }: Pick<Context, 'globals'>): Promise<boolean> => {
  if (globals.yes) return true
  if (globals['no-input']) return false
  if (!process.stdin.isTTY || !process.stderr.isTTY || globals.json)
    throw new MicrovmError('USAGE', `${question} There is nobody to ask.`, {
      fix: 'Say --yes or --no-input.',
    })
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(written(`${question} [y/N] `, false))).trim())
  } finally {
    lines.close()
  }
}
