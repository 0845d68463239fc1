import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const disable = defineVerb({
  meta: {
    name: 'disable',
    summary: 'no longer start machines at boot',
    positionals: SOME_MACHINES,
    details: 'systemctl disable microvm@NAME. A machine that runs goes on.',
    examples: ['sudo microvm disable web'],
  },
  options: {},
  run: async (_, { names }) => {
    const { runSystemctl } = await import('../units/run-systemctl.ts')
    return runSystemctl('disable', names)
  },
})
