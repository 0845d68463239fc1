import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'

/** A program of this very process that has to be copied because it lies where the units must not take it from. */
export type Copy = { readonly from: string; readonly to: string }

export type ProgramFiles = { readonly program: readonly string[]; readonly copies: readonly Copy[] }

/**
 * What the units start: this node and this bundle, in place where only root can change them and the units can see them, else copied
 * below `folder`. Root executes them, and a home directory is hidden from the units.
 *
 * @throws MicrovmError USAGE when this is not the built program.
 */
export const findProgramFiles = (folder: string, node: string, script: string): ProgramFiles => {
  if (!script.endsWith('.mjs') && !script.endsWith('.js'))
    throw new MicrovmError('USAGE', 'Only the built program can be installed.', {
      because: `This one runs from source: ${script}`,
      fix: 'Run "npm run build", then "node dist/microvm.mjs host install".',
    })
  const copies: Copy[] = []
  const place = (path: string): string => {
    const real = realpathSync(path)
    if (isSystemFile(real)) return real
    const to = join(folder, basename(real))
    copies.push({ from: real, to })
    return to
  }
  const program = [place(node), place(script)]
  const chunks = join(dirname(realpathSync(script)), CHUNKS)
  if (program[1] !== realpathSync(script) && existsSync(chunks))
    for (const name of readdirSync(chunks).toSorted())
      copies.push({ from: join(chunks, name), to: join(folder, CHUNKS, name) })
  return { program, copies }
}

/** Parts of the bundle that are loaded when they are needed (scripts/build.ts); beside it. */
const CHUNKS = 'chunks'

const HIDDEN = ['/home/', '/root/', '/tmp/', '/var/tmp/', '/run/']

/** Owned by root all the way up, and writable by nobody else. */
export const isSystemFile = (path: string): boolean => {
  if (HIDDEN.some((folder) => path.startsWith(folder))) return false
  for (let current = path; ; current = dirname(current)) {
    const { uid, mode } = statSync(current)
    if (uid !== 0 || (mode & 0o022) !== 0) return false
    if (current === '/') return true
  }
}
