import * as z from 'zod'

const Topology = z
  .strictObject({
    threadsPerCore: z.int().min(1).max(2).optional().describe('Default: 1.'),
    coresPerDie: z.int().min(1).optional().describe('Default: 1.'),
    diesPerPackage: z.int().min(1).optional().describe('Default: 1.'),
    packages: z.int().min(1).optional().describe('Sockets. Default: 1.'),
  })
  .describe('How the guest sees its CPUs. The product must equal the maximal number of vCPUs.')

export const Cpu = z
  .strictObject({
    max: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe('Maximal number of vCPUs the machine can be resized to. Default: vcpu.'),
    topology: Topology.optional(),
    affinity: z
      .array(
        z.strictObject({
          vcpu: z.int().nonnegative().describe('Number of the vCPU, from 0.'),
          host: z.array(z.int().nonnegative()).min(1).describe('Numbers of the host CPUs it may run on.'),
        }),
      )
      .optional()
      .describe('Pins vCPUs to host CPUs. Default: the host decides.'),
    nested: z
      .boolean()
      .optional()
      .describe(
        "Whether the guest may use hardware virtualisation itself. Default: true, cloud-hypervisor's default.",
      ),
    maxPhysBits: z
      .int()
      .min(32)
      .max(52)
      .optional()
      .describe('Upper bound of the guest-physical address width, in bits. Default: 46.'),
    features: z
      .array(z.enum(['amx']))
      .optional()
      .describe('CPU features to switch on.'),
    coreScheduling: z
      .enum(['vm', 'vcpu', 'off'])
      .optional()
      .describe('Linux core scheduling of the vCPU threads (cloud-hypervisor 52 and newer). Default: vm.'),
  })
  .describe('CPUs beyond their number at boot.')
