import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const start = defineVerb({
  meta: {
    name: 'start',
    summary: 'start machines as units of this host, and wait until they are ready',
    positionals: SOME_MACHINES,
    details: [
      'systemctl start microvm@NAME, after the drop-ins were brought up to date with /etc/microvm and missing images were built.',
      'When a machine does not start, says why.',
    ].join('\n'),
    examples: ['sudo microvm start web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { performStart } = await import('../units/perform-start.ts')
    return performStart(context, 'start', names)
  },
})
