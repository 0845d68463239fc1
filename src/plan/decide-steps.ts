import type { MachineSpec, ReadySpec, VolumeSpec } from '../spec/machine-spec.ts'
import { declaredDisks } from './declared-disks.ts'
import type { FoundDisks } from './found-disk.ts'
import { sizeText } from './size-text.ts'
import type { Plan, Step } from './plan.ts'
import { vsockPort } from './places.ts'
import { volumeDifferences } from './volume-differences.ts'
import { volumePath } from './volume-path.ts'

/** What will be done, in order, each with its reason. */
export const decideSteps = (plan: Omit<Plan, 'steps'>, found: FoundDisks): Step[] => {
  const { spec, places } = plan
  return [
    ...(plan.image === undefined
      ? [{ do: 'build-image' as const, what: imageText(spec), because: 'the machine boots from it' }]
      : []),
    ...spec.volumes.flatMap((volume) => volumeStep(plan, volume, found)),
    {
      do: 'listen',
      what: plan.notify.socket,
      because: "the guest's systemd reports here, from its first message on",
    },
    ...spec.vsock.ports.flatMap(({ name, port, socket }): Step[] =>
      socket === undefined
        ? []
        : [{ do: 'listen', what: `${vsockPort(places, port)} → ${socket}`, because: `vsock port "${name}"` }],
    ),
    ...plan.sidecars.map((sidecar): Step => ({
      do: 'start-sidecar',
      what: `${sidecar.name} ${sidecar.program.version}`.trim(),
      because: sidecarReason(sidecar),
    })),
    {
      do: 'start-vmm',
      what: `${plan.hypervisor.name} ${plan.hypervisor.program.version} (${plan.hypervisor.accel})`,
      because: plan.hypervisor.because,
    },
    readyStep(spec.ready),
    STAY,
  ]
}

/** A volume that is there is used as it is, whatever the definition says of new ones; where that differs, it is the reason. */
const volumeStep = (
  { spec, places, image }: Omit<Plan, 'steps'>,
  volume: VolumeSpec,
  found: FoundDisks,
): Step[] => {
  if (volume.vhostUserSocket !== undefined) return []
  const disk = declaredDisks(spec, places, image).find(({ id }) => id === volume.id)
  const there = found.get(volume.id)
  const path = volumePath(places, volume)
  if (there?.kind === 'found' && disk !== undefined) {
    const says = volumeDifferences(disk, there).map((difference) => difference.says)
    const facts = [
      ...(there.size === undefined ? [] : [sizeText(there.size)]),
      ...(volume.imageType === 'raw' ? [] : [volume.imageType]),
      ...(there.fileSystem?.type === undefined ? [] : [there.fileSystem.type]),
    ]
    return [
      {
        do: 'use-volume',
        what: facts.length === 0 ? path : `${path} (${facts.join(', ')})`,
        because:
          says.length === 0
            ? 'it exists'
            : `it exists and is not changed, although the definition says ${says.join(' and ')}`,
      },
    ]
  }
  if (!volume.autoCreate || volume.readOnly || volume.size === undefined) return []
  return [
    {
      do: 'create-volume',
      what: `${path} (${sizeText(volume.size)}, ${volume.fsType === 'none' ? 'empty' : volume.fsType})`,
      because: there === undefined ? 'unless it exists: autoCreate is on' : 'it is not there yet',
    },
  ]
}

const imageText = (spec: MachineSpec): string => {
  if (spec.image.kind === 'debian') return `Debian ${spec.image.recipe.suite}`
  return spec.image.kind === 'flake' ? spec.image.reference : spec.image.kernel
}

const sidecarReason = (sidecar: Plan['sidecars'][number]): string => {
  if (sidecar.kind === 'virtiofsd')
    return `it serves ${sidecar.share.source} as "${sidecar.share.tag}"; ${sidecar.owners.because}`
  if (sidecar.kind === 'passt')
    return `it gives interface "${sidecar.interface.name}" a network without privileges`
  return 'the vsock device of this hypervisor needs it'
}

/** Not `MAINPID=` of something smaller: CONTRIBUTING.md, "After READY the supervisor stays". */
const STAY: Step = {
  do: 'stay',
  what: 'the supervisor, until the machine ends',
  because: 'the guest waits for its answer at each reboot, and only a parent learns how a hypervisor ends',
}

const readyStep = (ready: ReadySpec): Step => {
  const step = (what: string, because: string): Step => ({ do: 'wait-ready', what, because })
  if (ready.kind === 'target') return step(`${ready.unit} active`, `ready = "target:${ready.unit}"`)
  if (ready.kind === 'booted') return step("the first word of the guest's PID 1", 'ready = "booted"')
  if (ready.kind === 'process') return step('the hypervisor running', 'ready = "process"')
  return step("READY=1 of the guest's systemd", 'ready = "system"')
}
