import { DURATION_MAX_MS, millisecondsOfDuration } from '../definition/duration.ts'
import type { Machine } from '../definition/schema.ts'
import { cpuSpec } from './cpu-spec.ts'
import { interfaceSpec } from './interface-spec.ts'
import type { ConsoleSpec, CredentialSpec, MachineSpec, ReadySpec, TimesSpec } from './machine-spec.ts'
import { memorySpec } from './memory-spec.ts'
import { platformSpec } from './platform-spec.ts'
import { rateLimitSpec } from './rate-limit-spec.ts'
import type { ResolvePath } from './resolve-path.ts'
import { shareSpec } from './share-spec.ts'
import { volumeSpec } from './volume-spec.ts'

/** Everything but the image, which has no default and may be missing while the rest is still worth looking at. */
export type MachineBody = Omit<MachineSpec, 'image'>

/** A machine with all defaults, as the schema's descriptions promise them. */
export const machineSpecOf = (name: string, machine: Machine, resolve: ResolvePath): MachineBody => ({
  name,
  hostname: machine.hostname ?? name,
  hypervisor: machine.hypervisor ?? 'auto',
  after: [...new Set(machine.after)],
  cpu: cpuSpec(machine),
  memory: memorySpec(machine),
  volumes: (machine.volumes ?? []).map((volume, index) => volumeSpec(volume, index, resolve)),
  interfaces: (machine.interfaces ?? []).map((entry, index) => interfaceSpec(name, entry, index, resolve)),
  shares: (machine.shares ?? []).map((share, index) => shareSpec(share, index, resolve)),
  devices: (machine.devices ?? []).map(({ path, pciSegment, iommu }, index) => ({
    id: `pci${index}`,
    path,
    pciSegment: pciSegment ?? 0,
    iommu: iommu ?? false,
  })),
  vsock: {
    cid: machine.vsock?.cid ?? 3,
    notifyPort: machine.vsock?.notifyPort ?? 1234,
    ports: Object.entries(machine.vsock?.ports ?? {}).map(([port, given]) => ({
      name: port,
      port: given.port,
      socket: given.socket === undefined ? undefined : resolve(given.socket),
    })),
  },
  console: consoleSpec(machine.console ?? 'serial'),
  rngSource: resolve(machine.rng?.source ?? '/dev/urandom'),
  watchdog: machine.watchdog ?? false,
  pvpanic: machine.pvpanic ?? true,
  tpmSocket: machine.tpm === undefined ? undefined : resolve(machine.tpm.socket),
  platform: platformSpec(name, machine.platform ?? {}),
  credentials: Object.entries(machine.credentials ?? {}).map(([id, given]) => ({
    name: id,
    from: credentialSource(given, resolve),
  })),
  kernelParams: machine.kernelParams ?? [],
  rateLimitGroups: Object.entries(machine.rateLimitGroups ?? {}).map(([id, limit]) => ({
    id,
    ...rateLimitSpec(limit),
  })),
  ready: readySpec(machine.ready ?? 'system'),
  times: timesSpec(machine),
  restart: machine.restart,
  onEmergency: machine.onEmergency ?? 'fail',
  reboot: machine.reboot ?? 'allow',
  landlock: {
    enabled: machine.landlock !== undefined && machine.landlock !== false,
    rules:
      typeof machine.landlock === 'object'
        ? machine.landlock.rules.map(({ path, access }) => ({ path: resolve(path), access }))
        : [],
  },
  seccomp: machine.seccomp ?? 'on',
  unit: machine.unit && {
    devices: machine.unit.devices ?? [],
    paths: (machine.unit.paths ?? []).map(({ path, access }) => ({ path: resolve(path), access })),
  },
  extraArgs: machine.extraArgs ?? {},
  extraConfig: machine.extraConfig ?? {},
})

const consoleSpec = (given: NonNullable<Machine['console']>): ConsoleSpec => {
  const { device = 'serial', login = true } = typeof given === 'string' ? { device: given } : given
  return { device, login: device !== 'off' && login }
}

const credentialSource = (
  given: NonNullable<Machine['credentials']>[string],
  resolve: ResolvePath,
): CredentialSpec['from'] => {
  if (typeof given === 'string') return { kind: 'text', text: given }
  if ('text' in given) return { kind: 'text', text: given.text }
  if ('file' in given) return { kind: 'file', path: resolve(given.file) }
  return { kind: 'credential', id: given.credential }
}

const readySpec = (given: string): ReadySpec => {
  if (given === 'booted' || given === 'process') return { kind: given }
  return given === 'system' ? { kind: 'system' } : { kind: 'target', unit: given.replace(/^target:/, '') }
}

const timesSpec = ({
  startTimeout = '90s',
  startTimeoutMax,
  stopTimeout = '90s',
  stopTimeoutMax,
}: Machine): TimesSpec => {
  const [start, stop] = [millisecondsOfDuration(startTimeout), millisecondsOfDuration(stopTimeout)]
  const limit = (given: Machine['startTimeoutMax'], otherwise: number): number =>
    given === undefined ? Math.min(otherwise, DURATION_MAX_MS) : millisecondsOfDuration(given)
  return {
    start,
    startMax: limit(startTimeoutMax, 10 * start),
    stop,
    stopMax: limit(stopTimeoutMax, 3 * stop),
  }
}
