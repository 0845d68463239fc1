import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const plan = defineVerb({
  meta: {
    name: 'plan',
    summary: 'say what would happen on this host, and why',
    positionals: ANY_MACHINES,
    details:
      'Chooses hypervisor, helpers and sockets, and checks all that can be checked, without starting anything.',
    examples: ['microvm plan', 'microvm plan web --json'],
  },
  options: {
    for: {
      type: 'string',
      value: 'HYPERVISOR',
      choices: ['cloud-hypervisor', 'qemu'],
      describe: 'for another host: one with KVM and this hypervisor, whatever this host has',
    },
  },
  run: async (context, { options, names }) => {
    const [{ readDefinition }, { chooseMachines }, { makePlanner }, { planText, planToJson }] =
      await Promise.all([
        import('../read-definition.ts'),
        import('../choose-machines.ts'),
        import('../make-planner.ts'),
        import('../../report/plan-text.ts'),
      ])
    const definition = await readDefinition(context, names)
    const planner = await makePlanner(definition, context, {
      toStart: options.for === undefined,
      hypervisor: options.for,
    })
    const plans = await planner.planAll(chooseMachines(definition.machines, names))
    const { globals, out } = context
    if (globals.json) out.json(plans.map(planToJson))
    else out.data(plans.map((one) => planText(one, out.style)).join('\n\n'))
    return 0
  },
})
