import { defineVerb, NO_NAMES } from '../verb.ts'

export const doctor = defineVerb({
  meta: {
    name: 'doctor',
    summary: 'look at this host: what works, what is missing, what that costs',
    positionals: NO_NAMES,
    details: 'The exit status is 0 when a machine can run here, 6 when none can. Changes nothing.',
    examples: ['microvm doctor', 'microvm doctor --json'],
  },
  options: {},
  run: async (context) => {
    const { performDoctor } = await import('../doctor/perform-doctor.ts')
    return performDoctor(context)
  },
})
