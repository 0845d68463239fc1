import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import { SYSTEM_DIRECTORIES } from '../units/host-facts.ts'
import { groupExists, groupMembers } from './groups.ts'
import type { HostLayout } from './host-layout.ts'
import { type Manifest, manifestPath, readManifest } from './manifest.ts'
import { hashOf } from './plan-install.ts'
import { askSystemd, systemdRuns } from './systemctl.ts'

export type UninstallOptions = {
  /** Remove records, logs, volumes and images of the machines too. */
  readonly purge: boolean
}

export type Uninstalled = {
  readonly removed: readonly string[]
  /** What was left, each with the reason. */
  readonly kept: readonly { readonly path: string; readonly because: string }[]
}

/** Where systemd puts the state of units with dynamic users; made by it, not by us. */
const PRIVATE_STATE = '/var/lib/private/microvm'

/**
 * Takes away what `install` put there: files that are still as they were, directories that are empty, groups nobody is in.
 * @throws MicrovmError MACHINE_ALREADY_RUNNING, HOST_PERMISSION.
 */
export const uninstall = async (layout: HostLayout, { purge }: UninstallOptions): Promise<Uninstalled> => {
  const manifest = readManifest(layout.program)
  if (manifest === undefined) return { removed: [], kept: [] }
  if (layout.live && systemdRuns()) await deactivate()
  const removed: string[] = []
  const kept: { path: string; because: string }[] = []
  const remove = (path: string): void => {
    rmSync(path, { recursive: true, force: true })
    removed.push(path)
  }
  for (const { path, sha256 } of manifest.files) {
    if (!existsSync(path)) continue
    if (sha256 === '' || hashOf(path) === sha256) remove(path)
    else kept.push({ path, because: 'it was changed since' })
  }
  remove(manifestPath(layout.program))
  if (layout.live) {
    const data = [
      PRIVATE_STATE,
      SYSTEM_DIRECTORIES.state,
      SYSTEM_DIRECTORIES.cache,
      SYSTEM_DIRECTORIES.runtime,
    ]
    if (purge) for (const path of data.filter((entry) => existsSync(entry))) remove(path)
    else if (namesIn(PRIVATE_STATE).length > 0)
      kept.push({
        path: PRIVATE_STATE,
        because: `volumes, logs and records of ${namesIn(PRIVATE_STATE).join(', ')}; --purge removes them`,
      })
    for (const path of [PRIVATE_STATE, SYSTEM_DIRECTORIES.runtime]) removeEmpty(path)
    await removeGroups(manifest, removed, kept)
    if (systemdRuns()) await askSystemd('systemctl', 'daemon-reload')
  }
  for (const path of manifest.directories.toReversed()) {
    if (!existsSync(path)) continue
    if (removeEmpty(path)) removed.push(path)
    else kept.push({ path, because: `there is something in it: ${readdirSync(path).slice(0, 5).join(', ')}` })
  }
  return { removed, kept }
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** Refuses while machines run: their units would be gone from under them. */
const deactivate = async (): Promise<void> => {
  const text = await askSystemd(
    'systemctl',
    'list-units',
    '--plain',
    '--no-legend',
    '--state=active,activating,deactivating,reloading',
    'microvm@*.service',
  )
  const running = text.split('\n').flatMap((line) => /^microvm@(\S+)\.service/.exec(line)?.[1] ?? [])
  if (running.length > 0)
    throw new MicrovmError('MACHINE_ALREADY_RUNNING', `Machines are running: ${running.join(', ')}.`, {
      fix: `Stop them first: microvm stop ${running.join(' ')}`,
    })
  await askSystemd('systemctl', 'stop', 'microvms.target')
  await askSystemd('systemctl', 'reset-failed', 'microvm@*.service')
  await askSystemd('systemctl', 'disable', 'microvms.target', ...enabledMachines())
}

const WANTS = '/etc/systemd/system/microvms.target.wants'

const enabledMachines = (): string[] =>
  existsSync(WANTS) ? readdirSync(WANTS).filter((name) => existsSync(join(WANTS, name))) : []

const removeEmpty = (path: string): boolean => {
  try {
    rmdirSync(path)
    return true
  } catch {
    return false
  }
}

const removeGroups = async (
  { groups }: Manifest,
  removed: string[],
  kept: { path: string; because: string }[],
): Promise<void> => {
  for (const group of groups.filter(groupExists)) {
    const members = groupMembers(group)
    if (members.length > 0) kept.push({ path: `group ${group}`, because: `${members.join(', ')} is in it` })
    else {
      await askSystemd('groupdel', group)
      removed.push(`group ${group}`)
    }
  }
}
