import type { Plan, SidecarPlan } from '../plan/plan.ts'
import { passt } from './passt/compile.ts'
import type { Sidecar } from './sidecar.ts'
import { vhostDeviceVsock } from './vhost-device-vsock/compile.ts'
import { virtiofsd } from './virtiofsd/compile.ts'

/** A planned helper → the process to start. */
export const compileSidecar = (sidecar: SidecarPlan, plan: Plan): Sidecar => {
  switch (sidecar.kind) {
    case 'vhost-device-vsock':
      return vhostDeviceVsock(sidecar, plan)
    case 'virtiofsd':
      return virtiofsd(sidecar, plan)
    case 'passt':
      return passt(sidecar, plan)
  }
}
