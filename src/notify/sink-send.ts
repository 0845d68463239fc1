import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '../host/process.ts'
import type { SinkTarget } from './sink-target.ts'

/** The manager's queue may be full for a moment (`daemon-reload`), and a write must not be lost for that: 2 s altogether. */
const TRIES = 40
const PAUSE_MS = 50

/** systemd-notify waits until the manager has read the message (its barrier), by default 5 s at most. */
const COMMAND_MS = 10_000

/** Sends one message. Resolves to why it failed; undefined when it did not. Never rejects. */
export const sendTo = (target: SinkTarget, lines: readonly string[]): Promise<string | undefined> => {
  if (target.kind === 'descriptor') return write(target.fd, lines.join('\n'))
  if (target.kind === 'command') return run(target.notifySocket, lines)
  return Promise.resolve(undefined)
}

const write = async (fd: number, text: string): Promise<string | undefined> => {
  for (let tried = 1; ; tried++) {
    try {
      writeSync(fd, text)
      return undefined
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if ((code !== 'EAGAIN' && code !== 'ENOBUFS') || tried === TRIES) return message
      await sleep(PAUSE_MS)
    }
  }
}

const run = async (notifySocket: string, lines: readonly string[]): Promise<string | undefined> => {
  try {
    const running = startProcess(
      {
        name: 'systemd-notify',
        file: 'systemd-notify',
        // Its arguments are assignments; with --no-block it would be gone before the manager can tell whose message it is.
        args: ['--', ...lines],
        env: { NOTIFY_SOCKET: notifySocket },
        cwd: '/',
        fds: [],
      },
      { dieWithParent: false },
    )
    let said = ''
    running.stdout.resume()
    running.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 1000) said += chunk.toString()
    })
    const timer = setTimeout(() => running.kill('SIGKILL'), COMMAND_MS)
    const { code, signal } = await running.exited
    clearTimeout(timer)
    return code === 0
      ? undefined
      : `systemd-notify ended with ${code ?? signal ?? 'an error'}. ${said.trim()}`
  } catch (error) {
    return (error as Error).message
  }
}
