import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import type { Hypervisor } from '../hypervisors/contract.ts'
import { hypervisors } from '../hypervisors/registry.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'
import { isProblem, needProgram } from './need-program.ts'
import type { Observed } from './observed.ts'
import type { Plan } from './plan.ts'

type Decision = { readonly hypervisor: Hypervisor; readonly choice: Plan['hypervisor'] }

/**
 * "auto" takes the first hypervisor of the registry that this host can run; a named one is taken or refused, never replaced.
 * Problems: PROGRAM_MISSING, PROGRAM_TOO_OLD, KVM_UNUSABLE, CAPABILITY_MISSING.
 */
export const decideHypervisor = (spec: MachineSpec, observed: Observed): Result<Decision> => {
  const asked = spec.hypervisor !== 'auto'
  const candidates = hypervisors.filter(({ name }) => !asked || name === spec.hypervisor)
  const refused: { hypervisor: Hypervisor; problem: Problem }[] = []
  for (const hypervisor of candidates) {
    const result = consider(hypervisor, spec, observed)
    if ('code' in result) {
      refused.push({ hypervisor, problem: result })
      continue
    }
    const passedOver = refused.map(({ problem }) => problem.message)
    const why = [
      asked ? 'the definition asks for it' : '',
      ...passedOver,
      accelReason(result.accel, observed),
    ]
    const because = why.filter((text) => text !== '').join(' ')
    return ok({ hypervisor, choice: { ...result, because } })
  }
  return failed(refused.map(({ problem }) => problem))
}

const consider = (
  hypervisor: Hypervisor,
  spec: MachineSpec,
  observed: Observed,
): Omit<Plan['hypervisor'], 'because'> | Problem => {
  const at = ['machines', spec.name, 'hypervisor']
  const { name, capabilities } = hypervisor
  if (!capabilities.arch.includes(observed.arch))
    return {
      code: 'CAPABILITY_MISSING',
      at,
      message: `${name} machines are not made on ${observed.arch}.`,
      fix: 'Use cloud-hypervisor with KVM on this architecture.',
    }
  const program = needProgram(observed, {
    name: hypervisor.program,
    why: 'to run the machine',
    at,
    minVersion: capabilities.minVersion,
  })
  if (isProblem(program)) return program
  if (observed.kvm.usable && capabilities.accel.includes('kvm')) return { name, program, accel: 'kvm' }
  if (capabilities.accel.includes('tcg')) return { name, program, accel: 'tcg' }
  const { because, fix } = observed.kvm.usable ? { because: '', fix: '' } : observed.kvm
  return {
    code: 'KVM_UNUSABLE',
    at,
    message: `${name} needs KVM, and this host cannot give it.`,
    because,
    fix: `${fix} Without KVM, hypervisor = "auto" or "qemu" runs the machine in software, several times slower.`,
  }
}

const accelReason = (accel: 'kvm' | 'tcg', observed: Observed): string => {
  if (accel === 'kvm') return 'KVM is usable.'
  const because = observed.kvm.usable ? '' : observed.kvm.because
  return `${because} So the CPU is emulated in software: the same machine, several times slower.`.trim()
}
