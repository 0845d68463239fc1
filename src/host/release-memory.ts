import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

/**
 * Collects garbage once and gives the memory back to the host. A supervisor needs most of its memory while it starts (reading the definition, deciding,
 * compiling) and then lives for months; left alone, V8 keeps what it has. Takes some tens of milliseconds, in which nothing else runs.
 */
export const releaseMemory = (): void => {
  // V8 has no other way in than the function this flag makes in a new context.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  // The first frees, and lets code age that has not run of late; the second gives back.
  for (let round = 0; round < 2; round++) collect({ type: 'major', flavor: 'last-resort' })
}
