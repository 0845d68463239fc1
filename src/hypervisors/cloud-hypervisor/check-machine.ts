import type { Problem } from '../../errors/problem.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'

/** Rules over CPU, memory and PCI segments. */
export const checkMachine = (spec: MachineSpec): Problem[] => {
  const { cpu, memory, platform } = spec
  const problems: Problem[] = []
  const add = (at: readonly (string | number)[], message: string, fix: string) =>
    problems.push(capabilityProblem(spec.name, at, message, fix))

  if (cpu.topology !== undefined) {
    const { threadsPerCore, coresPerDie, diesPerPackage, packages } = cpu.topology
    const total = threadsPerCore * coresPerDie * diesPerPackage * packages
    if (total !== cpu.max)
      add(
        ['cpu', 'topology'],
        `The topology makes ${total} vCPUs, and the machine has at most ${cpu.max}.`,
        `Make the product of the four numbers ${cpu.max}.`,
      )
  }
  if (memory.balloon !== undefined && memory.balloon.size >= memory.size)
    add(['initialBalloonMem'], 'The balloon would take all memory of the guest.', 'Make it smaller than mem.')
  if (memory.hugepageSize !== undefined && !memory.hugepages)
    add(['hugepageSize'], 'hugepageSize means nothing without huge pages.', 'Set hugepageMem = true.')
  for (const segment of platform.iommuSegments)
    if (segment >= platform.numPciSegments)
      add(
        ['platform', 'iommuSegments'],
        `There is no PCI segment ${segment}: the machine has ${platform.numPciSegments}, counted from 0.`,
        'Raise platform.numPciSegments.',
      )
  return problems
}
