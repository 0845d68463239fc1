import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const logs = defineVerb({
  meta: {
    name: 'logs',
    summary: 'print what a machine wrote to its console, or its events',
    positionals: ANY_MACHINES,
    details:
      'Several machines, or none named: each line under its name. Escape sequences of guests are taken out; colours stay on a terminal.',
    examples: ['microvm logs web', 'microvm logs -f --tail 20', 'microvm logs web --source vmm'],
  },
  options: {
    follow: { type: 'boolean', short: 'f', describe: 'go on with what is written from now on' },
    tail: { type: 'string', short: 'n', value: 'N', describe: 'only the last N lines' },
    source: {
      type: 'string',
      value: 'SOURCE',
      choices: ['console', 'events', 'vmm'],
      default: 'console',
      describe: 'the console, the events of the supervisor, or the messages of hypervisor and helpers',
    },
  },
  run: async (context, { options, names }) => {
    const { performLogs } = await import('../perform-logs.ts')
    return performLogs(context, names, options)
  },
})
