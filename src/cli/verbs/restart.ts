import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const restart = defineVerb({
  meta: {
    name: 'restart',
    summary: 'stop machines that run as units, and start them again',
    positionals: SOME_MACHINES,
    details: [
      'systemctl restart microvm@NAME, after the drop-ins were brought up to date with /etc/microvm and missing images were built.',
      'When a machine does not start, says why.',
    ].join('\n'),
    examples: ['sudo microvm restart web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { performStart } = await import('../units/perform-start.ts')
    return performStart(context, 'restart', names)
  },
})
