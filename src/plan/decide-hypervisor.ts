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
    const because = [
      ...(asked ? ['the definition asks for it'] : []),
      ...refused.map(({ problem }) => withoutStop(problem.message)),
      accelReason(result.accel, observed),
    ]
    return ok({ hypervisor, choice: { ...result, because: because.join('; ') } })
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
  if (accel === 'kvm') return 'KVM is usable'
  const because = observed.kvm.usable ? '' : ` (${withoutStop(observed.kvm.because)})`
  return `KVM cannot be used${because}, so the CPU is emulated: the same machine, several times slower`
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')
