import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** Runs a program to its end with our own stdin, stdout and stderr; resolves to its exit status as a shell would give it. Aborting sends it SIGTERM. */
export const runInTerminal = (file: string, args: readonly string[], signal?: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' })
    const end = (): void => void child.kill('SIGTERM')
    signal?.addEventListener('abort', end)
    if (signal?.aborted === true) end()
    child.on('error', reject)
    child.on('exit', () => signal?.removeEventListener('abort', end))
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
