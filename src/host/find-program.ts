import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ProgramName } from '../plan/observed.ts'

/** Names a program goes by on this architecture, best first; virtiofsd lies outside of PATH on Debian. */
const NAMES: Readonly<Record<ProgramName, readonly string[]>> = {
  'cloud-hypervisor': ['cloud-hypervisor'],
  'ch-remote': ['ch-remote'],
  qemu: [process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64'],
  'qemu-img': ['qemu-img'],
  'vhost-device-vsock': ['vhost-device-vsock'],
  virtiofsd: ['virtiofsd', '/usr/libexec/virtiofsd', '/usr/lib/virtiofsd'],
  passt: ['passt'],
  mmdebstrap: ['mmdebstrap'],
  'mkfs.erofs': ['mkfs.erofs'],
  setpriv: ['setpriv'],
  flock: ['flock'],
  nix: ['nix'],
}

/** The variable that overrides the search: `MICROVM_CLOUD_HYPERVISOR=/path`; `CLOUD_HYPERVISOR` alone works too. */
export const programVariable = (name: ProgramName): string =>
  `MICROVM_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`

/** Absolute path of a program, from its `MICROVM_…` variable or PATH; undefined when it is not there or not executable. */
export const findProgram = (name: ProgramName, env: NodeJS.ProcessEnv): string | undefined => {
  const told = env[programVariable(name)]
  if (told !== undefined && told !== '') return isExecutable(told) ? told : undefined
  // sbin is where mkfs and friends live, and it is not on everybody's PATH.
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  for (const candidate of NAMES[name]) {
    const paths = candidate.startsWith('/') ? [candidate] : folders.map((folder) => join(folder, candidate))
    const found = paths.find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
