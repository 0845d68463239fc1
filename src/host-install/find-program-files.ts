import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'

/** A program of this very process that has to be copied because it lies where the units must not take it from. */
export type Copy = { readonly from: string; readonly to: string }

export type ProgramFiles = { readonly program: readonly string[]; readonly copies: readonly Copy[] }

/**
 * What the units start: this node and this bundle, in place where only root can change them and the units can see them, else copied
 * below `folder`. Root executes them, and a home directory is hidden from the units. The parts of the bundle are as much executed as it is: it stays
 * in place with all of them or not at all.
 *
 * @param isSafe whether only root can change a file, and the units see it.
 * @throws MicrovmError USAGE when this is not the built program.
 */
export const findProgramFiles = (
  folder: string,
  node: string,
  script: string,
  isSafe: (path: string) => boolean = isSystemFile,
): ProgramFiles => {
  if (!script.endsWith('.mjs') && !script.endsWith('.js'))
    throw new MicrovmError('USAGE', 'Only the built program can be installed.', {
      because: `This one runs from source: ${script}`,
      fix: 'Run "npm run build", then "node dist/microvm.mjs host install".',
    })
  const copies: Copy[] = []
  const place = (file: string, parts: readonly string[]): string => {
    if ([file, ...parts].every((path) => isSafe(realpathSync(path)))) return file
    const to = join(folder, basename(file))
    copies.push({ from: file, to })
    for (const part of parts) copies.push({ from: part, to: join(folder, CHUNKS, basename(part)) })
    return to
  }
  const bundle = realpathSync(script)
  return { program: [place(realpathSync(node), []), place(bundle, chunksBeside(bundle))], copies }
}

/** Parts of the bundle that are loaded when they are needed (scripts/build.ts); beside it. */
const CHUNKS = 'chunks'

const chunksBeside = (bundle: string): string[] => {
  const chunks = join(dirname(bundle), CHUNKS)
  return existsSync(chunks)
    ? readdirSync(chunks)
        .toSorted()
        .map((name) => join(chunks, name))
    : []
}

const HIDDEN = ['/home/', '/root/', '/tmp/', '/var/tmp/', '/run/']

/** Owned by root all the way up, and writable by nobody else. */
const isSystemFile = (path: string): boolean => {
  if (HIDDEN.some((folder) => path.startsWith(folder))) return false
  for (let current = path; ; current = dirname(current)) {
    const { uid, mode } = statSync(current)
    if (uid !== 0 || (mode & 0o022) !== 0) return false
    if (current === '/') return true
  }
}
