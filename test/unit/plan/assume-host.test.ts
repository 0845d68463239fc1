import { expect, test } from 'vitest'
import { assumeHost } from '../../../src/plan/assume-host.ts'
import { planMachine } from '../../../src/plan/decide-up.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import {
  directories,
  filesImage,
  interfaceSpec,
  machineSpec,
  observed,
  observedWithoutKvm,
  program,
} from '../../machine-spec.ts'

const planned = (host: Observed, hypervisor: 'cloud-hypervisor' | 'qemu') =>
  planMachine(
    machineSpec({ hypervisor, interfaces: [interfaceSpec({ type: 'user' })] }),
    assumeHost(host, hypervisor),
    directories,
    filesImage,
  )

test('a host without KVM and cloud-hypervisor plans for one that has them, and says what it assumed', () => {
  const { passt: _without, ...programs } = observedWithoutKvm().programs
  expect(planned({ ...observedWithoutKvm(), programs }, 'cloud-hypervisor')).toMatchObject({
    ok: true,
    value: {
      hypervisor: { name: 'cloud-hypervisor', accel: 'kvm', program: { path: 'cloud-hypervisor' } },
      assumed: ['KVM', 'cloud-hypervisor 53.0', 'passt 2025_05_03'],
    },
  })
})

test('what the host has is taken as it is, unless it is too old', () => {
  const old = { ...observed().programs, 'cloud-hypervisor': program('cloud-hypervisor', 40, 0) }
  expect(planned(observed({ programs: old }), 'cloud-hypervisor')).toMatchObject({
    value: { assumed: ['cloud-hypervisor 53.0'], programs: { flock: { path: '/usr/bin/flock' } } },
  })
})

test('QEMU is planned for with KVM', () => {
  expect(planned(observedWithoutKvm(), 'qemu')).toMatchObject({
    value: { hypervisor: { name: 'qemu', accel: 'kvm' }, assumed: ['KVM'] },
  })
})
