import { expect, test } from 'vitest'
import { invocationsOf, plansOf } from '../../../src/compile.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import { directories, interfaceSpec, machineSpec, observed, program, shareSpec } from '../../machine-spec.ts'

const sidecarsOf = (spec: MachineSpec, host: Observed = observed()) => {
  const plans = plansOf([spec], { observed: host, directories, imageOf: () => undefined })
  const [plan] = plans.ok ? plans.value : []
  if (plan === undefined) throw new Error(JSON.stringify(plans))
  return invocationsOf(plan, []).sidecars
}

const argsOf = (spec: MachineSpec, host?: Observed) => sidecarsOf(spec, host)[0]?.invocation.args

test('vhost-device-vsock gets one option for each value: --vm would split them at commas', () => {
  expect(sidecarsOf(machineSpec({ hypervisor: 'qemu' }))).toMatchObject([
    {
      invocation: {
        args: [
          '--guest-cid=3',
          '--socket=/run/microvm/web/vhost-vsock.sock',
          '--uds-path=/run/microvm/web/vsock.sock',
        ],
      },
      ready: { listening: '/run/microvm/web/vhost-vsock.sock' },
    },
  ])
})

test('virtiofsd is confined, and read-only where it can be', () => {
  const shares = [
    shareSpec({ readOnly: true, posixAcl: true, xattr: true, extraArgs: ['--log-level=debug'] }),
  ]
  expect(argsOf(machineSpec({ shares }))).toEqual([
    '--socket-path=/run/microvm/web/virtiofsd-fs0.sock',
    '--shared-dir=/srv/src',
    '--cache=auto',
    '--sandbox=namespace',
    '--readonly',
    '--posix-acl',
    '--xattr',
    '--log-level=debug',
  ])
  const old = observed({ programs: { ...observed().programs, virtiofsd: program('virtiofsd', 1, 8, 0) } })
  expect(argsOf(machineSpec({ shares }), old)).not.toContain('--readonly')
})

test('virtiofsd is confined otherwise only when the share says so', () => {
  const shares = [shareSpec({ extraArgs: ['--sandbox=none'] })]
  expect(argsOf(machineSpec({ shares }))?.filter((argument) => argument.startsWith('--sandbox'))).toEqual([
    '--sandbox=none',
  ])
})

test('passt forwards ports, and stays root where it is', () => {
  const forwardPorts = [
    { proto: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 },
    { proto: 'udp', hostAddress: '0.0.0.0', hostPort: 53, guestPort: 53 },
  ] as const
  const spec = machineSpec({ interfaces: [interfaceSpec({ type: 'user', forwardPorts })] })
  const common = ['--foreground', '--vhost-user', '--socket', '/run/microvm/web/passt-net0.sock']
  const forwards = ['--tcp-ports', '127.0.0.1/8080:80', '--udp-ports', '0.0.0.0/53:53']
  expect(argsOf(spec)).toEqual([...common, ...forwards])
  expect(argsOf(spec, observed({ uid: 0 }))).toEqual([...common, '--runas', '0:0', ...forwards])
})
