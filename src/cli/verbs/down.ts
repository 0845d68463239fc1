import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const down = defineVerb({
  meta: {
    name: 'down',
    summary: 'stop machines, those that come after others first',
    positionals: ANY_MACHINES,
    details: [
      'Asks each guest to shut down, waits for it, and stops it hard when its stop timeout is over (exit status 1 then).',
      'Without names: the machines of the definition. Volumes and logs are kept. A machine that does not run is fine.',
      'Ctrl-C stops hard at once.',
    ].join('\n'),
    examples: ['microvm down', 'microvm down web --force', 'microvm down --all'],
  },
  options: {
    all: {
      type: 'boolean',
      short: 'a',
      describe: 'every machine that runs or has failed, defined here or not',
    },
    adopt: { type: 'boolean', describe: 'stop machines that belong to another definition, too' },
    force: { type: 'boolean', describe: 'do not ask the guest: end the hypervisor at once' },
  },
  run: async (context, { options, names }) => {
    const { performDown } = await import('../perform-down.ts')
    return performDown(context, names, options)
  },
})
