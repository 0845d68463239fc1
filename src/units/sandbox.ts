import type { Settings } from './unit-text.ts'

/**
 * The strictest sandbox in which Node as main process, a VMM and its helpers still work. What a single machine needs
 * beyond it (a share, a tap, a disk elsewhere) is opened for that machine alone, see `machineDropIn`.
 *
 * Not here, and why: MemoryDenyWriteExecute (V8 and QEMU's TCG write code), ProcSubset=pid (whether KVM is real is read from
 * /proc/cpuinfo), PrivateDevices (it hides /dev/kvm; DevicePolicy=closed does the rest of its work).
 */
export const SANDBOX: Settings = [
  ['NoNewPrivileges', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['AmbientCapabilities', ''],
  ['UMask', '0077'],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['PrivateMounts', 'yes'],
  ['PrivateIPC', 'yes'],
  ['PrivateUsers', 'yes'],
  ['PrivateNetwork', 'yes'],
  ['DevicePolicy', 'closed'],
  ['DeviceAllow', '/dev/kvm rw'],
  ['ProtectKernelTunables', 'yes'],
  ['ProtectKernelModules', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['ProtectClock', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectProc', 'invisible'],
  ['LockPersonality', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictAddressFamilies', 'AF_UNIX'],
  ['IPAddressDeny', 'any'],
  ['SystemCallArchitectures', 'native'],
  // All 113 calls of cloud-hypervisor's own filters are in these two sets; landlock_* and seccomp are in @sandbox.
  ['SystemCallFilter', '@system-service @sandbox'],
  ['SystemCallFilter', '~@privileged @setuid @keyring'],
  // setpriv(1) sets the (empty) capabilities it has once more.
  ['SystemCallFilter', 'capset'],
  ['SystemCallErrorNumber', 'EPERM'],
  ['KeyringMode', 'private'],
  ['RemoveIPC', 'yes'],
]
