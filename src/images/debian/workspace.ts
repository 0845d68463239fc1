import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../host/run-program.ts'

/**
 * Directories of one build. All of it is below `building`, except that mmdebstrap's own temporary directory lies in /var/tmp
 * (or TMPDIR) when we are not root: the ids a user namespace maps cannot enter a home directory.
 */
export type Workspace = {
  readonly staging: string
  readonly parts: string
  readonly tmp: string
  readonly remove: () => Promise<void>
}

export const makeWorkspace = (building: string, env: NodeJS.ProcessEnv): Workspace => {
  mkdirSync(building, { recursive: true, mode: 0o755 })
  const elsewhere = process.getuid?.() !== 0
  const tmp = elsewhere
    ? mkdtempSync(join(env['TMPDIR'] ?? '/var/tmp', 'microvm-image-'))
    : join(building, 'tmp')
  mkdirSync(tmp, { recursive: true })
  chmodSync(tmp, 0o755)
  writeFileSync(join(building, 'tmp-path'), tmp)
  return {
    staging: join(building, 'staging'),
    parts: join(building, 'parts'),
    tmp,
    remove: () => removeWorkspace(building),
  }
}

/** Removes what a build has left, its own or that of one that was killed. */
export const removeWorkspace = async (building: string): Promise<void> => {
  if (!existsSync(building)) return
  const note = join(building, 'tmp-path')
  const tmp = existsSync(note) ? readFileSync(note, 'utf8') : undefined
  if (tmp !== undefined && existsSync(tmp)) await removeTree(tmp)
  rmSync(building, { recursive: true, force: true })
}

/** A root that a killed mmdebstrap left behind belongs to mapped ids: only its own helper can remove it. */
const removeTree = async (path: string): Promise<void> => {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    await runProgram('mmdebstrap', ['--unshare-helper', 'rm', '-rf', path]).catch(() => undefined)
    rmSync(path, { recursive: true, force: true })
  }
}
