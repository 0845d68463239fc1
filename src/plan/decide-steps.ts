import type { MachineSpec, ReadySpec } from '../spec/machine-spec.ts'
import { sizeText } from './size-text.ts'
import type { Plan, Step } from './plan.ts'
import { vsockPort } from './places.ts'
import { volumePath } from './volume-path.ts'

/** What will be done, in order, each with its reason. */
export const decideSteps = (plan: Omit<Plan, 'steps'>): Step[] => {
  const { spec, places } = plan
  return [
    ...(plan.image === undefined
      ? [{ do: 'build-image' as const, what: imageText(spec), because: 'the machine boots from it' }]
      : []),
    ...spec.volumes.flatMap((volume): Step[] =>
      volume.vhostUserSocket !== undefined ||
      !volume.autoCreate ||
      volume.readOnly ||
      volume.size === undefined
        ? []
        : [
            {
              do: 'create-volume',
              what: `${volumePath(places, volume)} (${sizeText(volume.size)}, ${volume.fsType === 'none' ? 'empty' : volume.fsType})`,
              because: 'unless it exists: autoCreate is on',
            },
          ],
    ),
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

const imageText = (spec: MachineSpec): string => {
  if (spec.image.kind === 'debian') return `Debian ${spec.image.recipe.suite}`
  return spec.image.kind === 'flake' ? spec.image.reference : spec.image.kernel
}

const sidecarReason = (sidecar: Plan['sidecars'][number]): string => {
  if (sidecar.kind === 'virtiofsd') return `it serves ${sidecar.share.source} as "${sidecar.share.tag}"`
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
