import { setTimeout as sleep } from 'node:timers/promises'
import { rawKeys } from '../../host/terminal.ts'
import type { ChangedModes } from '../../terminal/changed-modes.ts'

/** How long an answer of the terminal to the guest's last question is waited for, in milliseconds: it would be typed at the shell's prompt. */
const ANSWER_MS = 200

export type TakenTerminal = {
  /** Puts back what the guest changed, then what we did. Only the first call does anything. */
  readonly giveBack: () => Promise<void>
}

/** Asks a terminal to keep its title, and to take the kept one again (xterm's window operations); terminals that cannot do so ignore it. */
const KEEP_TITLE = '\u001B[22;0t'
const TITLE_AGAIN = '\u001B[23;0t'

/** Makes the terminal the guest's for a while. However the process ends, it is given back. */
export const takeTerminal = (
  stdin: NodeJS.ReadStream,
  modes: ChangedModes,
  write: (text: string) => void,
  hasTitle: boolean,
): TakenTerminal => {
  let given = false
  const putBack = (): void => write(modes.undo() + (hasTitle ? TITLE_AGAIN : ''))
  const undo = stdin.isTTY ? rawKeys(stdin) : undefined
  if (hasTitle) write(KEEP_TITLE)
  process.once('exit', putBack)
  return {
    giveBack: async () => {
      if (given) return
      given = true
      process.removeListener('exit', putBack)
      const asked = modes.unanswered()
      putBack()
      if (asked && stdin.isTTY) await sleep(ANSWER_MS)
      undo?.()
    },
  }
}
