/** What the promise gives, or `fallback` after `timeoutMs`, or at once when the signal aborts. Never rejects because of the bound. */
export const bounded = async <T, F>(
  promise: Promise<T>,
  timeoutMs: number,
  fallback: F,
  signal?: AbortSignal,
): Promise<T | F> => {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const bound = new Promise<F>((resolve) => {
    timer = setTimeout(() => resolve(fallback), timeoutMs)
    onAbort = () => resolve(fallback)
    if (signal?.aborted === true) resolve(fallback)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, bound])
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
  }
}
