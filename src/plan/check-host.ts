import type { Problem } from '../errors/problem.ts'
import type { Hypervisor } from '../hypervisors/contract.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { passtName, virtiofsdName } from './device-sockets.ts'
import type { Observed } from './observed.ts'
import { longestSocket, SOCKET_PATH_MAX, type Places } from './places.ts'
import { isAtLeast } from './version.ts'

/** Landlock ABI 3, which cloud-hypervisor demands. */
const LANDLOCK_KERNEL = [6, 2]

export const checkPlaces = (spec: MachineSpec, places: Places): Problem[] => {
  const sockets = [
    longestSocket(places),
    ...spec.shares.map((share) => places.helper(virtiofsdName(share))),
    // passt makes a second socket beside its own.
    ...spec.interfaces.map((entry) => `${places.helper(passtName(entry))}.repair`),
  ]
  const longest = sockets.reduce((a, b) => (Buffer.byteLength(b) > Buffer.byteLength(a) ? b : a))
  const bytes = Buffer.byteLength(longest)
  const excess = bytes - SOCKET_PATH_MAX
  if (excess <= 0) return []
  return [
    {
      code: 'SOCKET_PATH_TOO_LONG',
      at: ['machines', spec.name],
      message: `The path of a socket would be ${bytes} bytes long, and Linux allows ${SOCKET_PATH_MAX}.`,
      because: longest,
      fix: `Set MICROVM_RUNTIME_DIR to a shorter directory${excess < spec.name.length ? `, or shorten the machine's name by ${excess} ${excess === 1 ? 'character' : 'characters'}` : ''}.`,
    },
  ]
}

/** What this host, beside programs and KVM, cannot do of what is asked. */
export const checkHost = (spec: MachineSpec, hypervisor: Hypervisor, observed: Observed): Problem[] => {
  const problems: Problem[] = []
  const kernel = observed.kernel.split('.').map((part) => Number.parseInt(part, 10) || 0)
  if (spec.landlock.enabled && hypervisor.capabilities.landlock && !isAtLeast(kernel, LANDLOCK_KERNEL))
    problems.push({
      code: 'CAPABILITY_MISSING',
      at: ['machines', spec.name, 'landlock'],
      message: `Landlock confinement needs Linux ${LANDLOCK_KERNEL.join('.')} or newer; this is ${observed.kernel}.`,
      fix: 'Remove landlock, or use a newer kernel.',
    })
  if (observed.arch !== 'x86_64' && spec.credentials.length > 0)
    problems.push({
      code: 'CAPABILITY_MISSING',
      at: ['machines', spec.name, 'credentials'],
      message: `Credentials cannot be passed in secret to an ${observed.arch} guest.`,
      because:
        'There is no SMBIOS area for them, and the kernel command line is readable by everybody in the guest.',
      fix: 'Put them into a volume or a share; or public ones into kernelParams as systemd.set_credential=NAME:VALUE.',
    })
  if (observed.arch !== 'x86_64' && spec.platform.oemStrings.length > 0)
    problems.push({
      code: 'CAPABILITY_MISSING',
      at: ['machines', spec.name, 'platform', 'oemStrings'],
      message: `There are no SMBIOS strings on ${observed.arch}.`,
      fix: 'Remove oemStrings.',
    })
  return problems
}
