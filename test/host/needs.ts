import { accessSync, constants, readFileSync } from 'node:fs'
import { findOnPath } from '../../src/host/find-on-path.ts'

const PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'apt install systemd-container',
  mmdebstrap: 'apt install mmdebstrap',
  unshare: 'apt install util-linux',
  nsenter: 'apt install util-linux',
  setpriv: 'apt install util-linux',
  'vhost-device-vsock': 'npm run setup',
}

/** What this machine lacks to run a real systemd host in a container, with how to get it; undefined when it has everything. */
export const needs = (): string | undefined => {
  const lacks = [
    ...(process.getuid?.() === 0 ? [] : ['root (namespaces and mounts of a container)']),
    ...Object.entries(PROGRAMS)
      .filter(([name]) => findOnPath(name, process.env) === undefined)
      .map(([name, fix]) => `${name} (${fix})`),
    ...(/\tcgroup2$/m.test(readFileSync('/proc/filesystems', 'latin1')) ? [] : ['cgroup2 in the kernel']),
    ...(/\toverlay$/m.test(readFileSync('/proc/filesystems', 'latin1')) ? [] : ['overlay in the kernel']),
    ...(isWritable('/proc/self/ns/mnt') ? [] : ['mount namespaces']),
  ]
  return lacks.length === 0 ? undefined : lacks.join(', ')
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
