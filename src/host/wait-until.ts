import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is not undefined, with a pause that grows from 2 ms to 50 ms.
 * For the few things the kernel has no event for (a socket of another process, the end of a process that is not our child).
 * Resolves to undefined after `timeoutMs`, or at once when `signal` aborts.
 */
export const waitUntil = async <T>(
  ask: () => T | undefined | Promise<T | undefined>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> => {
  const deadline = performance.now() + timeoutMs
  for (let pause = 2; ; pause = Math.min(50, pause * 1.5)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (signal?.aborted === true || performance.now() >= deadline) return undefined
    await sleep(pause)
  }
}
