import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../errors/problem.ts'
import type { InterfaceSpec } from '../spec/machine-spec.ts'

/** Where the kernel tells of network devices, and where their nodes are. */
export type DeviceRoots = { readonly sys: string; readonly dev: string }

/** The device of a tap or macvtap interface: there, of the wanted MTU, and for a macvtap open to us. `at`: the interface's place. */
export const checkNetworkDevice = (
  { name, type, mtu }: InterfaceSpec,
  at: readonly (string | number)[],
  { sys, dev }: DeviceRoots = { sys: '/sys/class/net', dev: '/dev' },
): Problem[] => {
  const device = join(sys, name)
  if (!existsSync(device)) return [missing(name, type, [...at, 'id'])]
  return [
    ...(type === 'macvtap' ? checkNode(name, join(dev, `tap${read(device, 'ifindex')}`), [...at, 'id']) : []),
    ...(mtu === undefined || read(device, 'mtu') === String(mtu)
      ? []
      : [otherMtu(name, mtu, read(device, 'mtu'), [...at, 'mtu'])]),
  ]
}

const read = (device: string, attribute: string): string =>
  readFileSync(join(device, attribute), 'latin1').trim()

const missing = (name: string, type: InterfaceSpec['type'], at: Problem['at']): Problem => {
  const command =
    type === 'tap'
      ? `ip tuntap add ${name} mode tap user $USER vnet_hdr && ip link set ${name} up`
      : `ip link add link eth0 name ${name} type macvtap mode bridge && ip link set ${name} up`
  return {
    code: 'HOST_DEVICE_MISSING',
    at,
    message: `There is no network device "${name}" on this host.`,
    because: `It may be late, or gone since a reboot. An interface of type "${type}" uses an existing device: making one needs privileges the machine should not have.`,
    fix: `As root: ${command}. Or use type = "user", which needs none.`,
  }
}

/** A macvtap is opened by its node, which udev makes and which belongs to root. */
const checkNode = (name: string, node: string, at: Problem['at']): Problem[] => {
  try {
    accessSync(node, constants.R_OK | constants.W_OK)
    return []
  } catch (error) {
    const { code, message: because } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      return [
        {
          code: 'HOST_DEVICE_MISSING',
          at,
          message: `The network device "${name}" has no node ${node}.`,
          because: 'udev makes one for each macvtap, in the /dev of the host; other devices have none.',
          fix: `Check that "${name}" is a macvtap: ip -d link show ${name}. In a container, hand in ${node}.`,
        },
      ]
    return [
      {
        code: 'HOST_PERMISSION',
        at,
        message: `The macvtap "${name}" cannot be opened: ${node}`,
        because,
        fix: `As root: chown USER ${node}, with the user that runs the machine. To keep it so, a udev rule: SUBSYSTEM=="macvtap", OWNER="USER".`,
      },
    ]
  }
}

const otherMtu = (name: string, wanted: number, found: string, at: Problem['at']): Problem => ({
  code: 'FILE_WRONG_KIND',
  at,
  message: `The network device "${name}" has an MTU of ${found}, not ${wanted}.`,
  because: 'To change it needs privileges the machine should not have, and both ends must have the same.',
  fix: `As root: ip link set ${name} mtu ${wanted}. Or remove mtu: the guest then gets that of the device.`,
})
