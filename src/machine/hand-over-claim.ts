import { closeSync, fstatSync } from 'node:fs'
import { isSameFile } from '../host/is-same-file.ts'
import type { Places } from '../plan/places.ts'
import { type Claim, lockPaths, toClaim } from './claim-machine.ts'

/** Names the descriptors in the environment of the supervisor that inherits them. */
const VARIABLE = 'MICROVM_CLAIM_FDS'

/** For the environment of a child that gets the descriptors of a claim from `firstFd` on. */
export const claimEnvironment = ({ fds }: Claim, firstFd: number): { readonly [VARIABLE]: string } => ({
  [VARIABLE]: fds.map((_, index) => firstFd + index).join(','),
})

/**
 * The claim that whoever started us has taken for us; undefined when there is none. The variable is removed: no child of ours may take itself for
 * the holder. Descriptors that are not those of the machine's locks are not believed.
 */
export const inheritedClaim = (env: NodeJS.ProcessEnv, places: Places): (() => Claim | undefined) => {
  const text = env[VARIABLE]
  delete env[VARIABLE]
  const fds = (text ?? '').split(',').map(Number)
  const paths = lockPaths(places)
  let ours = fds.length === paths.length && paths.every((path, index) => isLock(fds[index] ?? -1, path))
  // Once: what was released is no longer a claim, and its numbers may be other files.
  return () => {
    if (!ours) return undefined
    ours = false
    return toClaim(
      fds.map((fd, index) => ({ path: paths[index] ?? '', fd, release: () => closeSync(fd) })),
      [],
    )
  }
}

const isLock = (fd: number, path: string): boolean => {
  try {
    return fd > 2 && fstatSync(fd).isFile() && isSameFile(fd, path)
  } catch {
    return false
  }
}
