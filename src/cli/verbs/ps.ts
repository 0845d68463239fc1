import { defineVerb } from '../verb.ts'

export const ps = defineVerb({
  meta: {
    name: 'ps',
    summary: 'list the machines of this user',
    positionals: { what: 'machine', min: 0, max: Number.POSITIVE_INFINITY },
    details:
      'Lists machines that run, and those that failed or cannot be read. With --all, cleanly stopped ones too, and where each comes from: project, definition,\nimage, forwarded ports.\n--project lists the machines of one project.\nLooking costs a machine nothing; the guest is not asked.',
    examples: ['microvm ps', 'microvm ps --all --json', 'microvm ps -q'],
  },
  options: {
    all: {
      type: 'boolean',
      short: 'a',
      describe: 'list stopped machines too, with project, definition, image and ports',
    },
  },
  run: async (context, { options, names }) => {
    const { performPs } = await import('../perform-ps.ts')
    return performPs(context, names, options)
  },
})
