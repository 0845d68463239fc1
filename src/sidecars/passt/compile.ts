import type { Plan, SidecarPlan } from '../../plan/plan.ts'
import type { Sidecar } from '../sidecar.ts'

type PasstPlan = Extract<SidecarPlan, { kind: 'passt' }>

/** passt(1): network without privileges, as a vhost-user back-end. */
export const passt = (sidecar: PasstPlan, { places }: Plan): Sidecar => ({
  invocation: {
    name: sidecar.name,
    file: sidecar.program.path,
    args: [
      '--foreground',
      '--vhost-user',
      '--socket',
      sidecar.socket,
      // Started by root it would become "nobody", who cannot enter our run directory. It keeps its own sandbox either way.
      ...(sidecar.asRoot ? ['--runas', '0:0'] : []),
      ...sidecar.interface.forwardPorts.flatMap(({ proto, hostAddress, hostPort, guestPort }) => [
        proto === 'tcp' ? '--tcp-ports' : '--udp-ports',
        `${hostAddress}/${hostPort}:${guestPort}`,
      ]),
    ],
    env: {},
    cwd: places.run,
    fds: [],
  },
  ready: { listening: sidecar.socket },
  endsOnDisconnect: true,
})
