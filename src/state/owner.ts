import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { oneLine } from '../errors/printable.ts'
import { readPlainFile } from '../host/plain-file.ts'
import type { Places } from '../plan/places.ts'

/** Which project a machine's state belongs to. Kept beside it, for as long as the state is: volumes outlive every run. */
export type Owner = {
  /** The definition, as an absolute path; of a flake its flake.nix. */
  readonly definition: string
  /** The same without links. */
  readonly real: string
  /** Named by `project = "…"` or `--project`; null: the definition's path is all there is. */
  readonly project: string | null
  /** The systemd unit that runs it; such a definition may lie elsewhere after each switch of the system. */
  readonly unit: string | null
  /** Device, inode and time of birth of the definition's folder: a folder keeps them when it is moved within a file system. */
  readonly folder: string
  /** SHA-256 of the definition: one that was copied elsewhere is known by it. */
  readonly content: string
}

/** Who a definition is, as it lies there now. */
export const ownerOf = (
  definition: string,
  { project, unit }: { readonly project: string | undefined; readonly unit: string | undefined },
): Owner => {
  const real = quietly(() => realpathSync(definition)) ?? definition
  return {
    definition,
    real,
    project: project ?? null,
    unit: unit ?? null,
    folder: quietly(() => folderOf(dirname(real))) ?? '',
    content: contentOf(definition) ?? '',
  }
}

/** What a project is called: by its name, else by its folder. */
export const projectName = ({ project, definition }: Owner): string =>
  project ?? basename(dirname(definition))

/** SHA-256 of a definition; undefined when it cannot be read. */
export const contentOf = (definition: string): string | undefined =>
  quietly(() => createHash('sha256').update(readFileSync(definition)).digest('hex'))

const folderOf = (path: string): string => {
  const { dev, ino, birthtimeMs } = statSync(path)
  return `${dev}:${ino}:${birthtimeMs}`
}

const quietly = <T>(ask: () => T): T | undefined => {
  try {
    return ask()
  } catch {
    return undefined
  }
}

const MOST = 65_536

/** Undefined when nobody has ever owned the state, or what says so cannot be read: then the next start owns it. */
export const readOwner = ({ owner }: Pick<Places, 'owner'>): Owner | undefined =>
  quietly(() => {
    const text = readPlainFile(owner, MOST)
    if (text === undefined) return undefined
    const fields = JSON.parse(text) as { readonly [name: string]: unknown }
    const word = (name: string): string => {
      const value = fields[name]
      if (typeof value !== 'string') throw new TypeError(name)
      return oneLine(value)
    }
    const wordOrNull = (name: string): string | null => (fields[name] === null ? null : word(name))
    return {
      definition: word('definition'),
      real: word('real'),
      project: wordOrNull('project'),
      unit: wordOrNull('unit'),
      folder: word('folder'),
      content: word('content'),
    }
  })

/** To be called with the machine's locks held, or for a machine of the same owner. @throws Error of node:fs. */
export const writeOwner = ({ owner: path }: Pick<Places, 'owner'>, owner: Owner): void => {
  const temporary = `${path}.${process.pid}.new`
  try {
    rmSync(temporary, { force: true })
    writeFileSync(temporary, `${JSON.stringify(owner, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Whether the state holds anything that a stranger must not get, or overwrite. */
export const hasVolumes = ({ volumes }: Pick<Places, 'volumes'>): boolean =>
  (quietly(() => readdirSync(volumes)) ?? []).length > 0
