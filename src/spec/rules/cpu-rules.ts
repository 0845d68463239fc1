import { type Finding, type Rule, clash, those, wrong } from './rule.ts'

/** `VmConfig::validate` of cloud-hypervisor has the same bounds; they hold for any machine. */
export const cpuRules: Rule = {
  reads: ['vcpu', 'cpu'],
  check: ({ cpu }) => [
    ...those(
      cpu.max < cpu.boot &&
        clash(
          ['cpu', 'max'],
          `is ${cpu.max}, but the machine starts with ${cpu.boot} vCPUs.`,
          'The maximum includes the vCPUs that are there at boot.',
          `Write at least ${cpu.boot}, or lower vcpu.`,
        ),
    ),
    ...topologyFindings(cpu),
    ...cpu.affinity.flatMap(({ vcpu }, index): Finding[] => {
      const at = ['cpu', 'affinity', index, 'vcpu']
      return those(
        vcpu >= cpu.max &&
          wrong(
            at,
            `is ${vcpu}, a vCPU this machine does not have.`,
            `It has ${cpu.max}, counted from 0.`,
            `Write a number from 0 to ${cpu.max - 1}, or raise vcpu or cpu.max.`,
          ),
        cpu.affinity.findIndex((other) => other.vcpu === vcpu) < index &&
          clash(
            at,
            `is ${vcpu} a second time.`,
            'A vCPU has one list of host CPUs.',
            'Merge the two entries.',
          ),
      )
    }),
  ],
}

const topologyFindings = ({ topology, max }: Parameters<Rule['check']>[0]['cpu']): Finding[] => {
  if (topology === undefined) return []
  const { threadsPerCore, coresPerDie, diesPerPackage, packages } = topology
  const product = threadsPerCore * coresPerDie * diesPerPackage * packages
  if (product === max) return []
  return [
    clash(
      ['cpu', 'topology'],
      `describes ${product} vCPUs, but the machine has up to ${max}.`,
      `${threadsPerCore} threads × ${coresPerDie} cores × ${diesPerPackage} dies × ${packages} packages = ${product}; every vCPU must have its place.`,
      `Change the parts so that their product is ${max}, or set vcpu (or cpu.max) to ${product}.`,
    ),
  ]
}
