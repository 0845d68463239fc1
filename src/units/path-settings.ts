import { dirname, isAbsolute, normalize } from 'node:path'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { hasInterface, TAP_DEVICES } from './network-settings.ts'
import { pairedPathWord, pathWord, type Settings } from './unit-text.ts'

type Access = { readonly path: string; readonly write: boolean; readonly optional: boolean }

/**
 * The file systems the machine's files are on are mounted before it starts; a path that is there late would end the start for good, as one that is
 * wrong does.
 */
export const mountSettings = (spec: MachineSpec, definition: string): Settings =>
  [
    definition,
    ...accessesOf(spec).map(({ path }) => path),
    ...spec.credentials.flatMap(({ from }) => (from.kind === 'file' ? [from.path] : [])),
  ]
    .filter((path, index, all) => !path.startsWith('/dev/') && all.indexOf(path) === index)
    .map((path) => ['RequiresMountsFor', pathWord(path)] as const)

/** Hidden by ProtectHome= and PrivateTmp=; a bind mount shows one path of them. */
const HIDDEN = ['/home/', '/root/', '/run/user/', '/tmp/', '/var/tmp/']

/** Files outside the machine's own directories that the definition names. */
export const pathSettings = (spec: MachineSpec): Settings => {
  const accesses = accessesOf(spec)
  const devices = accesses.filter(({ path }) => path.startsWith('/dev/'))
  const files = accesses.filter(({ path }) => !path.startsWith('/dev/'))
  const hidden = files.filter(({ path }) => HIDDEN.some((folder) => path.startsWith(folder)))
  return [
    ...devices.map(({ path, write }): Settings[number] => [
      'DeviceAllow',
      `${pathWord(path)} ${write ? 'rw' : 'r'}`,
    ]),
    ...groups(spec.unit?.devices ?? []).map((group): Settings[number] => ['DeviceAllow', `${group} rw`]),
    ...(needsPrivateDevices(spec) ? privateDevices(spec, devices) : []),
    ...(hidden.length > 0 ? ([['ProtectHome', 'tmpfs']] as Settings) : []),
    ...files.flatMap((access): Settings => {
      const path = `${access.optional ? '-' : ''}${access.path}`
      if (hidden.includes(access))
        return [[access.write ? 'BindPaths' : 'BindReadOnlyPaths', pairedPathWord(path)]]
      return access.write ? [['ReadWritePaths', pathWord(path)]] : []
    }),
  ]
}

const nodes = (devices: readonly string[]): string[] =>
  devices.filter((device) => device.startsWith('/')).map((device) => normalize(device))
/** Named by kind, as /proc/devices has them: nodes that come and go. */
const groups = (devices: readonly string[]): string[] => devices.filter((device) => !device.startsWith('/'))

/**
 * Where a guest speaks through sockets of the host, no device is even to be seen but those of the definition. Elsewhere `DevicePolicy=closed` is
 * enough; passed-through devices and macvtaps have nodes whose names are not known here.
 */
const needsPrivateDevices = (spec: MachineSpec): boolean =>
  hasInterface(spec, 'user') &&
  !hasInterface(spec, 'macvtap') &&
  spec.devices.length === 0 &&
  groups(spec.unit?.devices ?? []).length === 0

const privateDevices = (spec: MachineSpec, devices: readonly Access[]): Settings => [
  ['PrivateDevices', 'yes'],
  ...['/dev/kvm', ...(hasInterface(spec, 'tap') ? TAP_DEVICES : []), ...devices.map(({ path }) => path)].map(
    (path) => ['BindPaths', pairedPathWord(`-${path}`)] as const,
  ),
]

const accessesOf = ({ image, volumes, shares, landlock, rngSource, unit }: MachineSpec): Access[] => {
  const read = (path: string): Access => ({ path, write: false, optional: true })
  const files = image.kind === 'files' ? image : undefined
  return [
    ...(files === undefined ? [] : [read(files.kernel)]),
    ...(files?.initrd === undefined ? [] : [read(files.initrd)]),
    ...(files?.root === undefined ? [] : [{ ...read(files.root.path), write: !files.root.readOnly }]),
    ...(rngSource === '/dev/urandom' ? [] : [read(rngSource)]),
    ...volumes
      .filter((volume) => isAbsolute(volume.image) && volume.vhostUserSocket === undefined)
      .map((volume): Access =>
        volume.autoCreate && !volume.readOnly
          ? { path: dirname(volume.image), write: true, optional: false }
          : { path: volume.image, write: !volume.readOnly, optional: true },
      ),
    ...shares
      .filter(({ socket }) => socket === undefined)
      .map(({ source, readOnly }) => ({ path: source, write: !readOnly, optional: true })),
    ...landlock.rules.map(({ path, access }) => ({ path, write: access !== 'r', optional: true })),
    ...(unit?.paths ?? []).map(({ path, access }) => ({ path, write: access === 'rw', optional: true })),
    ...nodes(unit?.devices ?? []).map((path) => ({ path, write: true, optional: true })),
  ]
}
