import { expect, test } from 'vitest'
import { invocationsOf, plansOf } from '../../../src/compile.ts'
import type { CpuSpec } from '../../../src/spec/machine-spec.ts'
import { directories, machineSpec, observed, observedWithoutKvm } from '../../machine-spec.ts'

const cpuArgument = (changes: Partial<CpuSpec>, host = observed()): string | undefined => {
  const spec = machineSpec({ hypervisor: 'qemu', cpu: { ...machineSpec().cpu, ...changes } })
  const plans = plansOf([spec], { observed: host, directories, imageOf: () => undefined })
  const [plan] = plans.ok ? plans.value : []
  if (plan === undefined) throw new Error(JSON.stringify(plans))
  const { args } = invocationsOf(plan, []).vmm
  return args[args.indexOf('-cpu') + 1]
}

test.each([
  ['a plain CPU', {}, 'host,host-phys-bits-limit=46', 'max'],
  ['fewer addresses', { maxPhysBits: 36 }, 'host,host-phys-bits-limit=36', 'max,phys-bits=36'],
  ['no nesting', { nested: false }, 'host,host-phys-bits-limit=46,vmx=off,svm=off', 'max,vmx=off,svm=off'],
])('%s, real and emulated', (_, changes, real, emulated) => {
  expect(cpuArgument(changes)).toBe(real)
  expect(cpuArgument(changes, observedWithoutKvm())).toBe(emulated)
})

test('AMX that the host has not got is an error', () => {
  expect(cpuArgument({ features: ['amx'] })).toBe('host,host-phys-bits-limit=46,amx-tile=on,enforce=on')
})
