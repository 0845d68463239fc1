import { isAbsolute, normalize } from 'node:path'
import type { ImageSpec } from '../machine-spec.ts'
import type { MachineBody } from '../machine-spec-of.ts'

/** Something only one user can have at a time: in a machine, on this host, or among the other machines of the host. */
export type Claim = {
  readonly what: string
  readonly value: string
  readonly at: readonly (string | number)[]
  readonly machine: string
  readonly scope: 'machine' | 'host' | 'other machines'
  /** Machines may share it as long as all of them only read. */
  readonly readOnly?: boolean
  /** Two addresses claim the same port only if they are equal or one of them means all. */
  readonly address?: string
}

/** All that a machine claims, in the order of the definition. */
export const claimsOf = (body: MachineBody, image: ImageSpec | undefined): Claim[] => {
  const { name: machine } = body
  const claim = (
    what: string,
    value: string | undefined,
    at: readonly (string | number)[],
    more: Partial<Claim> = {},
  ): Claim[] =>
    value === undefined
      ? []
      : [{ what, value, at: ['machines', machine, ...at], machine, scope: 'host', ...more }]
  const inside = { scope: 'machine' } as const

  return [
    ...(image?.kind === 'files'
      ? claim('disk image', image.root?.path, ['image', 'root'], { readOnly: image.root?.readOnly ?? true })
      : []),
    ...body.volumes.flatMap((volume, index) => {
      const at = (key: string) => ['volumes', index, key]
      const own = volume.vhostUserSocket === undefined
      return [
        ...claim('disk image', own ? normalize(volume.image) : undefined, at('image'), {
          readOnly: volume.readOnly,
          scope: isAbsolute(volume.image) ? 'host' : 'machine',
        }),
        ...claim('socket', volume.vhostUserSocket, at('vhostUserSocket')),
        ...claim('disk serial', volume.serial, at('serial'), inside),
        ...claim('mount point', mountPoint(volume), at('mountPoint'), inside),
      ]
    }),
    ...body.interfaces.flatMap((entry, index) => {
      const at = (key: string) => ['interfaces', index, key]
      const device = entry.type === 'tap' || entry.type === 'macvtap'
      return [
        ...claim(device ? 'network device' : 'interface name', entry.name, at('id'), device ? {} : inside),
        ...claim('MAC address', entry.mac, at('mac'), inside),
        ...(entry.type === 'user'
          ? []
          : claim('MAC address', entry.mac, at('mac'), { scope: 'other machines' })),
        ...claim('socket', entry.socket, at('socket')),
        ...entry.forwardPorts.flatMap((port, number) =>
          claim(
            'port of the host',
            `${port.proto} ${port.hostPort}`,
            [...at('forwardPorts'), number, 'host', 'port'],
            {
              address: port.hostAddress,
            },
          ),
        ),
      ]
    }),
    ...body.shares.flatMap((share, index) => [
      ...claim('share tag', share.tag, ['shares', index, 'tag'], inside),
      ...claim('socket', share.socket, ['shares', index, 'socket']),
      ...claim('mount point', mountPoint(share), ['shares', index, 'mountPoint'], inside),
    ]),
    ...body.devices.flatMap(({ path }, index) => claim('PCI device', path, ['devices', index, 'path'])),
    ...claim('socket', body.tpmSocket, ['tpm', 'socket']),
    ...claim('UUID', body.platform.uuid, ['platform', 'uuid']),
  ]
}

const mountPoint = ({ mountPoint: path }: { readonly mountPoint: string | undefined }): string | undefined =>
  path === undefined ? undefined : normalize(path).replace(/(?<=.)\/$/, '')
