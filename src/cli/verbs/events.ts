import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const events = defineVerb({
  meta: {
    name: 'events',
    summary: 'print what happened to machines, as it happens',
    positionals: ANY_MACHINES,
    details: 'The events of the current or last run of each machine; with --json one JSON object per line.',
    examples: ['microvm events web', 'microvm events -f --json'],
  },
  options: {
    follow: { type: 'boolean', short: 'f', describe: 'go on with what happens from now on' },
    tail: { type: 'string', short: 'n', value: 'N', describe: 'only the last N events' },
  },
  run: async (context, { options, names }) => {
    const { performLogs } = await import('../perform-logs.ts')
    return performLogs(context, names, { ...options, source: 'events' })
  },
})
