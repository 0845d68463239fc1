import { connect, type Socket } from 'node:net'
import { MicrovmError } from '../errors/microvm-error.ts'
import { findDirectories } from '../host/directories.ts'
import { catchSignals } from '../host/signals.ts'
import { rawKeys, RESET_TERMINAL } from '../host/terminal.ts'
import type { Context } from './context.ts'
import { needRunning } from './need-machine.ts'
import { signalExit } from './signal-exit.ts'

/** Ctrl-], as telnet, virsh and machinectl have it. */
const DETACH = 0x1d

/** The bytes of the console go to the terminal as they are: whoever attaches to a console wants just that. */
export const performConsole = async ({ env, uid, out }: Context, name: string): Promise<number> => {
  const { places, status } = needRunning(findDirectories(env, uid), name)
  const socket = await attach(places.console, name, status)
  const { stdin } = process
  const signals = catchSignals()
  const undo = stdin.isTTY ? rawKeys(stdin) : undefined
  if (stdin.isTTY) out.progress(out.progressStyle.dim(`Console of ${name}. Ctrl-] leaves it.\r`))
  try {
    const why = await new Promise<'detached' | 'ended' | 'signal'>((resolve) => {
      socket.on('data', (chunk) => out.raw(chunk))
      socket.on('close', () => resolve('ended'))
      socket.on('error', () => resolve('ended'))
      signals.stop.addEventListener('abort', () => resolve('signal'))
      stdin.on('data', (chunk: Buffer) => {
        const end = stdin.isTTY ? chunk.indexOf(DETACH) : -1
        socket.write(end === -1 ? chunk : chunk.subarray(0, end))
        if (end !== -1) resolve('detached')
      })
    })
    if (stdin.isTTY) out.raw(RESET_TERMINAL)
    out.progress(
      `\r\n${why === 'ended' ? `The console of ${name} was closed: the machine stops.` : `Left the console of ${name}; the machine goes on.`}\r`,
    )
    return why === 'signal' ? signalExit(signals.received()) : 0
  } finally {
    undo?.()
    stdin.destroy()
    socket.destroy()
    signals.release()
  }
}

const attach = (path: string, name: string, status: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.off('error', refused)
      resolve(socket)
    })
    const refused = (error: Error): void =>
      reject(
        new MicrovmError('MACHINE_NOT_READY', `Machine "${name}" has no console to attach to (${status}).`, {
          machine: name,
          because: error.message,
          fix: `Either it has not got that far yet, or its definition says console = "off". See "microvm logs ${name}".`,
          cause: error,
        }),
      )
    socket.once('error', refused)
  })
