import { findDirectories } from '../../host/directories.ts'
import { catchSignals } from '../../host/signals.ts'
import { changedModes } from '../../terminal/changed-modes.ts'
import type { Context } from '../context.ts'
import { signalExit } from '../signal-exit.ts'
import { attach } from './attach.ts'
import { type EscapeKey, parseEscapeKey } from './escape-key.ts'
import { passThrough } from './pass-through.ts'
import { takeTerminal } from './take-terminal.ts'
import { whenListening } from './when-listening.ts'

const LEFT = {
  ended: (name: string) => `The console of ${name} was closed: the machine stops.`,
  left: (name: string) => `Left the console of ${name}; the machine goes on.`,
}

/**
 * The bytes of the console go to the terminal as they are: whoever attaches to a console wants just that. On leaving, the terminal is as it was.
 *
 * @throws MicrovmError USAGE, MACHINE_UNKNOWN, MACHINE_NOT_RUNNING, MACHINE_NOT_READY
 */
export const performConsole = async (
  { env, uid, out }: Context,
  name: string,
  options: { readonly escape: string },
): Promise<number> => {
  const { stdin, stdout } = process
  const key = parseEscapeKey(options.escape)
  const escape = stdin.isTTY ? key : undefined
  const directories = findDirectories(env, uid)
  const signals = catchSignals()
  const stopped = signals.stop
  try {
    const socket = await attach(directories, name, stopped)
    if (socket === undefined) return signalExit(signals.received())
    if (stdin.isTTY) out.progress(out.progressStyle.dim(greeting(name, escape, stdout)))
    const modes = changedModes()
    const hasTitle = stdout.isTTY && (env['TERM'] ?? 'dumb') !== 'dumb'
    const terminal = stdin.isTTY || stdout.isTTY ? takeTerminal(stdin, modes, out.raw, hasTitle) : undefined
    try {
      const ready = stdin.isTTY ? undefined : whenListening(directories, name, stopped)
      const why = await passThrough({ socket, stdin, escape, modes, write: out.raw, ready, stopped })
      await terminal?.giveBack()
      out.progress(`${stdin.isTTY ? '\n' : ''}${LEFT[why === 'ended' ? 'ended' : 'left'](name)}`)
      return why === 'signal' ? signalExit(signals.received()) : 0
    } finally {
      await terminal?.giveBack()
      socket.destroy()
    }
  } finally {
    stdin.destroy()
    signals.release()
  }
}

/** A serial line has no size: only the guest's own stty can set it. */
const greeting = (name: string, escape: EscapeKey | undefined, stdout: NodeJS.WriteStream): string => {
  const leave = escape === undefined ? 'No key leaves it: close the terminal.' : `${escape.name} leaves it.`
  const size =
    stdout.rows > 0 && stdout.columns > 0
      ? `\nFor its size, type in the guest: stty rows ${stdout.rows} cols ${stdout.columns}`
      : ''
  return `Console of ${name}. ${leave}${size}`
}
