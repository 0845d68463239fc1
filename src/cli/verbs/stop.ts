import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const stop = defineVerb({
  meta: {
    name: 'stop',
    summary: 'stop machines that run as units of this host',
    positionals: SOME_MACHINES,
    details: 'systemctl stop microvm@NAME. Exit status 1 when a guest did not shut down by itself.',
    examples: ['sudo microvm stop web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { performUnitStop } = await import('../units/perform-unit-stop.ts')
    return performUnitStop(context, names)
  },
})
