import { execa } from 'execa'
import type { Invocation } from '../invocation/invocation.ts'
import { openDescriptors } from './descriptors.ts'

/** Runs a short process that inherits descriptors to its end; never throws for what the process does. */
export const runWithDescriptors = async (
  invocation: Invocation,
  timeoutMs: number,
): Promise<{ readonly exitCode: number | undefined; readonly output: string }> => {
  const descriptors = openDescriptors(invocation)
  try {
    const result = await execa(invocation.file, [...invocation.args], {
      cwd: invocation.cwd,
      env: invocation.env,
      all: true,
      reject: false,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors.stdio],
    })
    return { exitCode: result.exitCode, output: result.all ?? '' }
  } finally {
    descriptors.close()
  }
}
