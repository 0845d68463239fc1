import type { MachineSpec } from '../spec/machine-spec.ts'

/** The public credentials microvm adds itself, in order (a definition cannot set the same ones); `vmm.notify_socket` first, so that no size limit ever cuts it off. */
export const systemCredentials = (spec: MachineSpec): readonly (readonly [string, string])[] => {
  const mounts = fstab(spec)
  return [
    // "vsock-stream", never "vsock": on a stream-only device systemd would lose every message without a word.
    ['vmm.notify_socket', `vsock-stream:2:${spec.vsock.notifyPort}`],
    ['system.hostname', spec.hostname],
    ...(mounts === '' ? [] : [['fstab.extra', mounts] as const]),
  ]
}

/**
 * Lines for the credential fstab.extra (systemd 254 and newer). Without `nofail`, on purpose: a mount that was declared and
 * fails brings the guest into emergency mode, and that is reported as a failed start instead of being lost in a log.
 */
const fstab = (spec: MachineSpec): string =>
  [
    ...spec.volumes
      .filter((volume) => !volume.root)
      .flatMap(({ mountPoint, fsType, serial, readOnly }) =>
        fsType === 'swap'
          ? [`${escape(diskOf(serial))} none swap sw 0 0\n`]
          : mountPoint === undefined
            ? []
            : [line(diskOf(serial), mountPoint, 'auto', readOnly)],
      ),
    ...spec.shares.flatMap(({ mountPoint, tag, readOnly }) =>
      mountPoint === undefined ? [] : [line(tag, mountPoint, 'virtiofs', readOnly)],
    ),
  ].join('')

const diskOf = (serial: string): string => `/dev/disk/by-id/virtio-${serial}`

const line = (what: string, where: string, type: string, readOnly: boolean): string =>
  `${escape(what)} ${escape(where)} ${type} ${readOnly ? 'ro' : 'rw'} 0 0\n`

/** fstab(5): blanks and backslashes in octal. */
const escape = (text: string): string =>
  text.replaceAll(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)
