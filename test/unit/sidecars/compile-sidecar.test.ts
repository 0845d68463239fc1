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
  expect(argsOf(machineSpec({ shares }), observed({ uid: 0 }))).toEqual([
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

test("owners are mapped by the user's own namespace, or by virtiofsd where there is none", () => {
  const ownersOf = (host?: Parameters<typeof observed>[0]) =>
    argsOf(machineSpec({ shares: [shareSpec()] }), observed(host))?.filter((argument) =>
      /^--(uid|gid|translate)-/.test(argument),
    )
  expect(ownersOf()).toEqual([
    '--uid-map=:0:1000:1:',
    '--uid-map=:1:100000:65536:',
    '--gid-map=:0:1000:1:',
    '--gid-map=:1:100000:65536:',
  ])
  expect(ownersOf({ gid: 100, idMapping: { usable: false, because: 'no.', fix: 'no.' } })).toEqual([
    '--translate-uid=squash-guest:0:1000:4294967295',
    '--translate-uid=host:1000:0:1',
    '--translate-gid=squash-guest:0:100:4294967295',
    '--translate-gid=host:100:0:1',
  ])
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
