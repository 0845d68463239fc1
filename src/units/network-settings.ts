import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Settings } from './unit-text.ts'

/** A machine without network interfaces has no network at all; each kind of interface opens what it needs. */
export const networkSettings = ({ interfaces }: MachineSpec): Settings => {
  const has = (type: MachineSpec['interfaces'][number]['type']): boolean =>
    interfaces.some((entry) => entry.type === type)
  const inHostNetwork = has('tap') || has('macvtap') || has('user')
  return [
    ...(inHostNetwork ? ([['PrivateNetwork', 'no']] as Settings) : []),
    // A tap that exists, is up and belongs to the machine's user needs no capability (tuntap.rst, TUNSETIFF).
    ...(has('tap')
      ? ([
          ['DeviceAllow', '/dev/net/tun rw'],
          ['DeviceAllow', '/dev/vhost-net rw'],
        ] as Settings)
      : []),
    ...(has('macvtap') ? ([['DeviceAllow', 'char-macvtap rw']] as Settings) : []),
    // passt speaks for the guest with sockets of the host, in namespaces it makes itself.
    ...(has('user')
      ? ([
          ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_NETLINK'],
          ['IPAddressDeny', ''],
          ['RestrictNamespaces', 'user mnt pid net ipc uts'],
          ['SystemCallFilter', '@mount @setuid'],
          ['DeviceAllow', '/dev/net/tun rw'],
        ] as Settings)
      : []),
  ]
}
