import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const run = defineVerb({
  meta: {
    name: 'run',
    summary: 'supervise one machine in the foreground (for service managers)',
    positionals: ONE_MACHINE,
    outlivesOutput: true,
    details: [
      'Starts the machine, watches it, and ends when it has ended: 0 when the guest powered itself off or was asked to.',
      'SIGTERM stops it gracefully, a second signal at once. As a service of Type=notify it tells systemd when the guest is',
      'ready. Machines it comes after are not started. "microvm up" runs this in the background for each machine.',
    ].join('\n'),
    examples: ['microvm run web', 'microvm run web --file /etc/microvm/web.toml'],
  },
  options: {
    adopt: {
      type: 'boolean',
      describe: 'take over machines that belong to another definition, with all they have kept',
    },
  },
  run: async (context, { options, names: [name = ''] }) => {
    const { performRun } = await import('../perform-run.ts')
    return performRun(context, name, options)
  },
})
