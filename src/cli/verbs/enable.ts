import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const enable = defineVerb({
  meta: {
    name: 'enable',
    summary: 'start machines at every boot of this host',
    positionals: SOME_MACHINES,
    details: 'systemctl enable microvm@NAME. Machines they come after are started too, enabled or not.',
    examples: ['sudo microvm enable web', 'sudo microvm enable --now web'],
  },
  options: { now: { type: 'boolean', describe: 'start them now, too' } },
  run: async (context, { options, names }) => {
    const { performEnable } = await import('../units/perform-enable.ts')
    return performEnable(context, names, options)
  },
})
