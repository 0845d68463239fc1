import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { writeFileWhole } from './write-file-whole.ts'

/** What an installation put on this host, so that exactly that can be taken away again. */
export type Manifest = {
  readonly schema: 1
  readonly version: string
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  /** Directories that were not there before, parents first. */
  readonly directories: readonly string[]
  /** Groups that were not there before. */
  readonly groups: readonly string[]
  /** What was asked for beside files, so that a later installation need not ask again. Absent in manifests of older versions. */
  readonly machined?: boolean
}

export const NOTHING: Manifest = { schema: 1, version: '', files: [], directories: [], groups: [] }

/** Below the folder of the program files. */
export const manifestPath = (folder: string): string => join(folder, 'installed.json')

/** @throws MicrovmError RECORD_BROKEN. */
export const readManifest = (folder: string): Manifest | undefined => {
  const path = manifestPath(folder)
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    if (value.schema !== 1) throw new Error(`its format is ${String(value.schema)}, and this microvm knows 1`)
    return value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MicrovmError('RECORD_BROKEN', `The list of installed files ${path} cannot be used.`, {
      because: (error as Error).message,
      fix: 'Remove it and run "microvm host install" again: it finds its files by their names.',
    })
  }
}

export const writeManifest = (folder: string, manifest: Manifest): void => {
  const path = manifestPath(folder)
  mkdirSync(dirname(path), { recursive: true })
  writeFileWhole(path, `${JSON.stringify(manifest, undefined, 2)}\n`, 0o644)
}
