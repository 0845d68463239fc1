import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const wait = defineVerb({
  meta: {
    name: 'wait',
    summary: 'wait until a machine is ready, running or stopped',
    positionals: ONE_MACHINE,
    details:
      'Returns 0 at once when it is so already, 3 as soon as it cannot come to pass any more (the machine failed or stopped\nmeanwhile), 124 when the time is over. A machine that was not started yet may still be.',
    examples: ['microvm wait web --for=ready', 'microvm wait web --for=stopped --timeout 2min'],
  },
  options: {
    for: {
      type: 'string',
      value: 'STATE',
      choices: ['ready', 'running', 'stopped'],
      default: 'ready',
      describe: 'what to wait for',
    },
    timeout: { type: 'string', value: 'TIME', default: '5min', describe: 'how long' },
  },
  run: async (context, { options, names: [name = ''] }) => {
    const { performWait } = await import('../perform-wait.ts')
    return performWait(context, name, options)
  },
})
