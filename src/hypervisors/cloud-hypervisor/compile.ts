import type { Plan } from '../../plan/plan.ts'
import type { FilesImage, InterfaceSpec } from '../../spec/machine-spec.ts'
import type { BootStep, Compiled, Secret } from '../contract.ts'
import { vmConfig } from './config/vm-config.ts'
import { mergeById, mergePatch } from './merge-patch.ts'
import { optionList } from './options.ts'

const API = '/api/v1'
const SECCOMP = { on: 'true', off: 'false', log: 'log' } as const

/**
 * One process whose arguments only say where its API and its events are, then the machine as requests:
 * secrets never reach the argument list, JSON carries any text, and errors come back per request.
 *
 * @throws Error when the plan's image is still to be built: only the caller's defect can lead here.
 */
export const compile = (plan: Plan, secrets: readonly Secret[]): Compiled => {
  const { spec, places, hypervisor, image } = plan
  if (image === undefined) throw new Error(`The image of ${spec.name} is not built yet.`)
  return {
    files: [],
    vmm: {
      name: 'cloud-hypervisor',
      file: hypervisor.program.path,
      args: [
        '--api-socket',
        optionList({ path: places.api }),
        '--event-monitor',
        'fd=3',
        '--seccomp',
        SECCOMP[spec.seccomp],
        ...(spec.extraArgs['cloud-hypervisor'] ?? []),
      ],
      env: {},
      cwd: places.run,
      fds: [
        { fd: 3, kind: 'events' },
        { fd: 4, kind: 'lock' },
      ],
    },
    boot: [
      request('vm.create', createBody(plan, image, secrets)),
      ...spec.interfaces.filter(({ type }) => type === 'macvtap').map((it) => addMacvtap(plan, it)),
      request('vm.boot'),
    ],
  }
}

/** The body of `vm.create`, the user's `extraConfig` merged in. */
export const createBody = (plan: Plan, image: FilesImage, secrets: readonly Secret[]): unknown =>
  mergePatch(vmConfig(plan, image, secrets), plan.spec.extraConfig['cloud-hypervisor'] ?? {}, mergeById)

const request = (endpoint: string, body?: unknown): BootStep => ({
  kind: 'request',
  request: { method: 'PUT', path: `${API}/${endpoint}`, ...(body === undefined ? {} : { body }) },
})

/** `vm.create` refuses descriptors and Node cannot send them; ch-remote hands over those it inherits. No MTU, as in `nets`. */
const addMacvtap = (plan: Plan, netInterface: InterfaceSpec): BootStep => {
  const fds = Array.from({ length: netInterface.queuePairs }, (_, index) => index + 3)
  const config = optionList({
    fd: fds,
    id: netInterface.id,
    mac: netInterface.mac,
    num_queues: netInterface.queuePairs * 2,
    queue_size: netInterface.queueSize,
    pci_segment: netInterface.pciSegment,
    ...(netInterface.iommu ? { iommu: true } : {}),
    ...(netInterface.offload ? {} : { offload_tso: false, offload_ufo: false, offload_csum: false }),
    bw_size: netInterface.rateLimit?.bandwidth?.size,
    bw_one_time_burst: netInterface.rateLimit?.bandwidth?.oneTimeBurst,
    bw_refill_time: netInterface.rateLimit?.bandwidth?.refillTime,
    ops_size: netInterface.rateLimit?.ops?.size,
    ops_one_time_burst: netInterface.rateLimit?.ops?.oneTimeBurst,
    ops_refill_time: netInterface.rateLimit?.ops?.refillTime,
  })
  return {
    kind: 'run',
    invocation: {
      name: `ch-remote-${netInterface.id}`,
      file: plan.programs['ch-remote']?.path ?? 'ch-remote',
      args: ['--api-socket', plan.places.api, 'add-net', config],
      env: {},
      cwd: plan.places.run,
      fds: fds.map((fd) => ({ fd, kind: 'macvtap' as const, interface: netInterface.name })),
    },
  }
}
