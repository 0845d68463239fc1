import type { MachineSpec } from '../spec/machine-spec.ts'
import type { Settings } from './unit-text.ts'

/** A machine without network interfaces has no network at all; each kind of interface opens what it needs. */
export const networkSettings = (spec: MachineSpec): Settings => {
  const inHostNetwork =
    hasInterface(spec, 'tap') || hasInterface(spec, 'macvtap') || hasInterface(spec, 'user')
  return [
    ...(inHostNetwork ? ([['PrivateNetwork', 'no']] as Settings) : []),
    // A tap that exists, is up and belongs to the machine's user needs no capability (tuntap.rst, TUNSETIFF).
    ...(hasInterface(spec, 'tap') ? TAP_DEVICES.map((path) => ['DeviceAllow', `${path} rw`] as const) : []),
    ...(hasInterface(spec, 'macvtap') ? ([['DeviceAllow', 'char-macvtap rw']] as Settings) : []),
    ...(hasInterface(spec, 'user') ? userSettings(spec) : []),
  ]
}

export const TAP_DEVICES = ['/dev/net/tun', '/dev/vhost-net']

export const hasInterface = (
  { interfaces }: MachineSpec,
  type: MachineSpec['interfaces'][number]['type'],
): boolean => interfaces.some((entry) => entry.type === type)

/**
 * Somebody speaks for the guest with sockets of the host: QEMU itself, or passt, which is confined by namespaces it makes. What they open is
 * paid for with what neither needs: settings of resources, unless CPUs are pinned.
 */
const userSettings = ({ hypervisor, cpu }: MachineSpec): Settings => [
  ['RestrictAddressFamilies', 'AF_INET AF_INET6'],
  ['IPAddressDeny', ''],
  ...(hypervisor === 'qemu'
    ? []
    : ([
        ['RestrictAddressFamilies', 'AF_NETLINK'],
        ['RestrictNamespaces', 'user mnt pid ipc uts'],
        ['SystemCallFilter', '@mount @setuid'],
      ] as Settings)),
  ...(cpu.affinity.length > 0
    ? []
    : ([
        ['SystemCallFilter', '~@resources'],
        // In that group up to systemd 252; glibc asks for limits with it.
        ['SystemCallFilter', 'prlimit64'],
      ] as Settings)),
]
