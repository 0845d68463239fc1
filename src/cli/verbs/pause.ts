import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const pause = defineVerb({
  meta: {
    name: 'pause',
    summary: 'stop the virtual CPUs of a machine',
    positionals: ONE_MACHINE,
    details:
      'The guest notices nothing but that its clock has jumped. Its memory stays allocated; "microvm resume" lets it go on.',
    examples: ['microvm pause web'],
  },
  options: {},
  run: async (context, { names: [name = ''] }) => {
    const { performPause } = await import('../perform-resume.ts')
    return performPause(context, name)
  },
})
