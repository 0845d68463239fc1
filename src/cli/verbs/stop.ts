import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const stop = defineVerb({
  meta: {
    name: 'stop',
    summary: 'stop machines',
    positionals: SOME_MACHINES,
    details:
      'A machine that is a unit of this host by systemctl stop microvm@NAME, any other as by "microvm down". Exit status 1 when a guest did\nnot shut down by itself.',
    examples: ['microvm stop web', 'sudo microvm stop web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { stopMachines } = await import('../stop-machines.ts')
    return stopMachines(context, names)
  },
})
