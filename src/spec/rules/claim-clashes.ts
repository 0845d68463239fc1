import { label } from '../../definition/label.ts'
import type { Problem } from '../../errors/problem.ts'
import type { Claim } from './claims.ts'

const ALL_ADDRESSES = ['0.0.0.0', '::']

const overlap = (one: string | undefined, other: string | undefined): boolean =>
  one === other || [one, other].some((address) => ALL_ADDRESSES.includes(address ?? ''))

const collide = (one: Claim, other: Claim): boolean => {
  const same = one.machine === other.machine
  if (same ? one.scope === 'other machines' : one.readOnly === true && other.readOnly === true) return false
  return overlap(one.address, other.address)
}

/** Readers are kept apart by machine: thousands of machines may share one read-only image. */
type Holders = { readonly writers: Claim[]; readonly readers: Map<string, Claim[]> }

/** Everything that is claimed twice, at the place of the later claim. */
export const claimClashes = (claims: readonly Claim[]): Problem[] => {
  const holders = new Map<string, Holders>()
  return claims.flatMap((claim): Problem[] => {
    const { what, value, scope, machine } = claim
    const key = JSON.stringify([what, value, scope, scope === 'machine' ? machine : ''])
    const held = holders.get(key) ?? { writers: [], readers: new Map<string, Claim[]>() }
    holders.set(key, held)
    const first = rivals(claim, held).find((other) => collide(claim, other))
    if (claim.readOnly !== true) held.writers.push(claim)
    else held.readers.set(machine, [...(held.readers.get(machine) ?? []), claim])
    return first === undefined ? [] : [clashOf(claim, first)]
  })
}

const rivals = ({ readOnly, machine }: Claim, { writers, readers }: Holders): Claim[] => [
  ...(readOnly === true ? (readers.get(machine) ?? []) : ([...readers.values()][0] ?? [])),
  ...writers,
]

const clashOf = (claim: Claim, first: Claim): Problem => ({
  code: 'DEFINITION_CLASH',
  at: claim.at,
  message: `${label(claim.at)}: the ${claim.what} "${claim.value}" is used by ${label(first.at)} already.`,
  because: WHY[claim.what] ?? 'Only one of them can have it.',
  fix:
    claim.what === 'disk image' && claim.machine !== first.machine
      ? 'Use an image per machine, or set readOnly = true on all of them.'
      : `Give each of them its own ${claim.what}.`,
})

const WHY: Readonly<Record<string, string>> = {
  'disk image': 'Two disks that write to one image destroy the file system on it; the hypervisor locks it.',
  'disk serial': 'The guest finds disks by /dev/disk/by-id/virtio-SERIAL.',
  'mount point': 'The later one would hide the earlier one.',
  'network device': 'A tap can be opened by one machine at a time.',
  'MAC address': "Two stations with one address on a network lose each other's packets.",
  'port of the host': 'Only one process can listen on a port.',
  'share tag': 'The guest mounts a share by its tag.',
  socket: 'A vhost-user back-end or TPM serves one device.',
  'PCI device': 'A device can be passed through once.',
  UUID: 'Guests take their machine-id from it, and DHCP leases and journals go by that.',
}
