import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { hostFiles } from '../units/host-files.ts'
import { launcherScript } from '../units/generator-script.ts'
import { findProgramFiles } from './find-program-files.ts'
import type { HostLayout } from './host-layout.ts'
import { lineDiff } from './line-diff.ts'
import { NOTHING, readManifest } from './manifest.ts'

export type Wanted =
  | { readonly path: string; readonly mode: number; readonly content: string }
  /** Copied as it is: a program. */
  | { readonly path: string; readonly mode: number; readonly from: string }

export type Change = {
  readonly path: string
  readonly what: 'create' | 'update' | 'remove' | 'same'
  /** For texts; empty for programs. */
  readonly diff: readonly string[]
}

export type InstallPlan = {
  readonly wanted: readonly Wanted[]
  readonly changes: readonly Change[]
  readonly machined: boolean
}

export type InstallFacts = {
  readonly systemd: number
  /** This process: its node and its bundle. */
  readonly node: string
  readonly script: string
  /** coreutils' env. */
  readonly env: string
  /** Undefined: as it was installed before. */
  readonly machined: boolean | undefined
}

/** Compares what should be on the host with what is. Changes nothing. @throws MicrovmError as `findProgramFiles`, `readManifest`. */
export const planInstall = (layout: HostLayout, facts: InstallFacts): InstallPlan => {
  const { program, copies } = findProgramFiles(layout.program, facts.node, facts.script)
  const before = readManifest(layout.program) ?? NOTHING
  const machined = facts.machined ?? before.machined ?? false
  const host = {
    prefix: layout.prefix,
    systemd: facts.systemd,
    program,
    env: facts.env,
    machined,
  }
  const wanted: Wanted[] = [
    ...copies.map(({ from, to }) => ({ path: to, mode: statSync(from).mode & 0o111 ? 0o755 : 0o644, from })),
    ...(copies.length > 0 && layout.launcher !== undefined
      ? [{ path: layout.launcher, mode: 0o755, content: launcherScript(program) }]
      : []),
    ...hostFiles(host),
  ]
  const paths = new Set(wanted.map(({ path }) => path))
  return {
    wanted,
    machined,
    changes: [
      ...wanted.map(changeOf),
      ...before.files
        .filter(({ path }) => !paths.has(path))
        .map(({ path }): Change => ({ path, what: 'remove', diff: [] })),
    ],
  }
}

const changeOf = (wanted: Wanted): Change => {
  const { path, mode } = wanted
  const found = statSync(path, { throwIfNoEntry: false })
  if ('from' in wanted) {
    const same = found !== undefined && (found.mode & 0o777) === mode && hashOf(path) === hashOf(wanted.from)
    return { path, what: same ? 'same' : found === undefined ? 'create' : 'update', diff: [] }
  }
  if (found === undefined) return { path, what: 'create', diff: lineDiff('', wanted.content) }
  const text = readFileSync(path, 'utf8')
  const same = text === wanted.content && (found.mode & 0o777) === mode
  return { path, what: same ? 'same' : 'update', diff: same ? [] : lineDiff(text, wanted.content) }
}

export const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
