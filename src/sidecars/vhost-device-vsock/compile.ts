import type { Plan, SidecarPlan } from '../../plan/plan.ts'
import type { Sidecar } from '../sidecar.ts'

type VsockPlan = Extract<SidecarPlan, { kind: 'vhost-device-vsock' }>

/**
 * vhost-device-vsock gives QEMU the same host side as cloud-hypervisor has built in: guest → `<uds>_PORT`, host → "CONNECT PORT".
 * Single options, not `--vm`: that one splits its values at commas.
 */
export const vhostDeviceVsock = (sidecar: VsockPlan, { spec, places }: Plan): Sidecar => ({
  invocation: {
    name: sidecar.name,
    file: sidecar.program.path,
    args: [`--guest-cid=${spec.vsock.cid}`, `--socket=${sidecar.socket}`, `--uds-path=${places.vsock}`],
    env: {},
    cwd: places.run,
    fds: [],
  },
  ready: { listening: sidecar.socket },
  endsOnDisconnect: false,
})
