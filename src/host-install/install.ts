import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { DEFINITIONS, SYSTEM_DIRECTORIES } from '../units/host-facts.ts'
import { GROUPS } from '../units/system-entries.ts'
import { VERSION } from '../version.ts'
import { groupExists } from './groups.ts'
import type { HostLayout } from './host-layout.ts'
import { type Manifest, NOTHING, readManifest, writeManifest } from './manifest.ts'
import { hashOf, type InstallPlan } from './plan-install.ts'
import { askSystemd, systemdRuns } from './systemctl.ts'
import { copyFileWhole, writeFileWhole } from './write-file-whole.ts'

/** Made by tmpfiles.d(5), not by us. */
const DATA_DIRECTORIES = [DEFINITIONS, SYSTEM_DIRECTORIES.state, `${SYSTEM_DIRECTORIES.cache}/images`]

/**
 * Performs the plan: files, then what makes them count. The manifest is written before the first file, so that an interrupted installation
 * can be taken away too. @returns what was done beside files, as sentences.
 * @throws MicrovmError HOST_PERMISSION, DISK_FULL, PROGRAM_MISSING, PROGRAM_FAILED.
 */
export const install = async (layout: HostLayout, plan: InstallPlan): Promise<string[]> => {
  const before = readManifest(layout.program) ?? NOTHING
  const groups = layout.live ? GROUPS.filter((name) => !groupExists(name)) : []
  const missing = [
    ...plan.wanted.flatMap(({ path }) => missingParents(dirname(path))),
    ...missingParents(layout.program),
    ...(layout.live ? DATA_DIRECTORIES.flatMap(missingParents) : []),
  ]
  const manifest: Manifest = {
    schema: 1,
    version: VERSION,
    files: plan.wanted.map((file) => ({ path: file.path, sha256: '' })),
    directories: [...new Set([...before.directories, ...missing])],
    groups: [...before.groups, ...groups],
    machined: plan.machined,
  }
  makeDirectory(layout.program)
  writeManifest(layout.program, manifest)
  for (const file of plan.wanted) {
    makeDirectory(dirname(file.path))
    const change = plan.changes.find(({ path }) => path === file.path)
    if (change?.what === 'same') continue
    if ('from' in file) copyFileWhole(file.from, file.path, file.mode)
    else writeFileWhole(file.path, file.content, file.mode)
  }
  for (const { path, what } of plan.changes) if (what === 'remove') rmSync(path, { force: true })
  writeManifest(layout.program, {
    ...manifest,
    files: plan.wanted.map(({ path }) => ({ path, sha256: hashOf(path) })),
  })
  return activate(layout)
}

const activate = async (layout: HostLayout): Promise<string[]> => {
  if (!layout.live) return [`${layout.prefix} is not read by systemd, so nothing was activated.`]
  await askSystemd('systemd-sysusers', 'microvm.conf')
  await askSystemd('systemd-tmpfiles', '--create', 'microvm.conf')
  if (!systemdRuns()) return ['systemd does not run here; it finds the units at the next boot.']
  await askSystemd('systemctl', 'daemon-reload')
  await askSystemd('systemctl', 'enable', 'microvms.target')
  return [`Definitions go to ${DEFINITIONS}; "microvm enable NAME" starts a machine at every boot.`]
}

const makeDirectory = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new MicrovmError('HOST_PERMISSION', `${path} could not be made.`, {
      because: (error as Error).message,
      fix: 'Run it as root: sudo microvm host install',
      cause: error,
    })
  }
}

/** Those of a path and its parents that are not there, parents first. */
const missingParents = (path: string): string[] =>
  existsSync(path) ? [] : [...missingParents(dirname(path)), path]
