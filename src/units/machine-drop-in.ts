import type { MachineSpec } from '../spec/machine-spec.ts'
import { loadedCredential } from './loaded-credential.ts'
import { START_MARGIN_S, STOP_MARGIN_S } from './margins.ts'
import { fitsUserName, machineUser } from './machine-user.ts'
import { networkSettings } from './network-settings.ts'
import { mountSettings, pathSettings } from './path-settings.ts'
import { startLimit } from './start-limit.ts'
import { restOfLine, type Settings, unitText } from './unit-text.ts'

/** `microvm@NAME.service.d/50-definition.conf`: what the definition of one machine adds to `microvm@.service`. */
export const machineDropIn = (spec: MachineSpec, definition: string): string =>
  unitText(
    [`From ${definition}. Made anew at each "systemctl daemon-reload".`],
    [
      {
        name: 'Unit',
        settings: [...dependencies(spec), ...mountSettings(spec, definition), ...startLimit(spec.times)],
      },
      {
        name: 'Service',
        settings: [
          ...(fitsUserName(spec.name) ? [] : ([['User', machineUser(spec.name)]] as Settings)),
          ['TimeoutStartSec', `${seconds(spec.times.start) + START_MARGIN_S}s`],
          ['TimeoutStopSec', `${seconds(spec.times.stop) + STOP_MARGIN_S}s`],
          ...(spec.restart === undefined ? [] : ([['Restart', spec.restart]] as Settings)),
          ...networkSettings(spec),
          ...pathSettings(spec),
          ...shareSettings(spec),
          ...deviceSettings(spec),
          ...credentialSettings(spec),
        ],
      },
    ],
  )

/** A unit of Type=notify is active when its guest is ready, so `After=` means just that. */
const dependencies = ({ after }: MachineSpec): Settings =>
  after.flatMap((name): Settings => [
    ['Requires', `microvm@${name}.service`],
    ['After', `microvm@${name}.service`],
  ])

/** virtiofsd makes namespaces and a root directory of its own. */
const shareSettings = ({ shares }: MachineSpec): Settings =>
  shares.every(({ socket }) => socket !== undefined)
    ? []
    : [
        ['RestrictNamespaces', 'user mnt pid net'],
        ['SystemCallFilter', '@mount @setuid @chown chroot'],
        ['LimitNOFILE', '1048576'],
      ]

/** VFIO pins all of the guest's memory, and knows nothing of user namespaces. */
const deviceSettings = ({ devices }: MachineSpec): Settings =>
  devices.length === 0
    ? []
    : [
        ['PrivateUsers', 'no'],
        ['DeviceAllow', '/dev/vfio/vfio rw'],
        ['DeviceAllow', 'char-vfio rw'],
        ['LimitMEMLOCK', 'infinity'],
      ]

const credentialSettings = ({ credentials }: MachineSpec): Settings =>
  credentials.flatMap(({ name, from }): Settings => {
    if (from.kind === 'file')
      return [['LoadCredential', `${loadedCredential(name)}:${restOfLine(from.path)}`]]
    return from.kind === 'credential' ? [['LoadCredential', from.id]] : []
  })

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000)
