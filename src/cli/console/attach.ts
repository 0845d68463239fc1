import { connect, type Socket } from 'node:net'
import { MicrovmError } from '../../errors/microvm-error.ts'
import { waitUntil } from '../../host/wait-until.ts'
import type { Directories } from '../../plan/places.ts'
import { needRunning } from '../need-machine.ts'

/** A machine in these states has no console yet, but is about to get one. */
const TOO_EARLY = ['preparing', 'starting']

/** Any wait ends when the supervisor's own timeouts have ended the start. */
const DAY_MS = 86_400_000

/**
 * Connects to the console of a machine, and waits for it where the machine is just being started. Undefined when `signal` aborts first.
 *
 * @throws MicrovmError MACHINE_UNKNOWN, MACHINE_NOT_RUNNING, MACHINE_NOT_READY
 */
export const attach = async (
  directories: Directories,
  name: string,
  signal: AbortSignal,
): Promise<Socket | undefined> =>
  waitUntil(
    async () => {
      const { places, status } = needRunning(directories, name)
      const answer = await open(places.console)
      if (!(answer instanceof Error)) return answer
      if (TOO_EARLY.includes(status)) return undefined
      throw new MicrovmError(
        'MACHINE_NOT_READY',
        `Machine "${name}" has no console to attach to (${status}).`,
        {
          machine: name,
          because: answer.message,
          fix: `Its definition may say console = "off". "microvm logs ${name}" shows what it has written.`,
          cause: answer,
        },
      )
    },
    DAY_MS,
    signal,
  )

const open = (path: string): Promise<Socket | Error> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.off('error', resolve)
      resolve(socket)
    })
    socket.once('error', resolve)
  })
