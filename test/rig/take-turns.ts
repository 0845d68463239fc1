import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireLock } from '../../src/host/lock.ts'

/** Longer than any tier takes; then the tests run all the same. */
const WAIT_MS = 1_800_000

/** Emulated guests need all the CPU there is: on one machine the heavy tiers of several runs take turns. */
export default async (): Promise<() => void> => {
  const path = join(tmpdir(), 'microvm-heavy-tests.lock')
  const first = await acquireLock(path)
  if (first === undefined)
    process.stderr.write('waiting for another run of the heavy tiers on this machine\n')
  const lock = first ?? (await acquireLock(path, { waitMs: WAIT_MS }))
  return () => lock?.release()
}
