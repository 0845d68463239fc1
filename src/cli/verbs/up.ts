import { optionTime } from '../option-time.ts'
import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const up = defineVerb({
  meta: {
    name: 'up',
    summary: 'start machines and wait until they are ready',
    positionals: ANY_MACHINES,
    details: [
      'Starts the machines of the definition (or those named, and what they come after), each as soon as the machines it',
      'comes after are ready. A machine that is ready already is left alone.',
      '',
      'Without --detach it stays, shows the consoles, and Ctrl-C stops what it has started (a second Ctrl-C at once).',
      'With --detach it returns when all are ready; Ctrl-C then only stops waiting.',
      '',
      'Root, on a host with "microvm host install": machines of /etc/microvm are started as units, as "microvm start" does.',
      'Those belong to systemd, not to this command: it returns when they are ready, with or without --detach.',
      'The exit status is that of the worst failure. With --json every event is one line.',
    ].join('\n'),
    examples: ['microvm up -d', 'microvm up web', 'microvm up -d --timeout 5min --json'],
  },
  options: {
    detach: { type: 'boolean', short: 'd', describe: 'return when all are ready' },
    adopt: {
      type: 'boolean',
      describe: 'take over machines that belong to another definition, with all they have kept',
    },
    timeout: {
      type: 'string',
      value: 'TIME',
      describe: 'give up waiting after this long, e.g. 5min (the machines go on)',
    },
  },
  run: async (context, { options, names }) => {
    const { machinesForUnits } = await import('../units/machines-for-units.ts')
    const units = machinesForUnits(context, names)
    if (units !== undefined) {
      const { performStart } = await import('../units/perform-start.ts')
      const status = await performStart(
        context,
        'start',
        units,
        options.timeout === undefined ? undefined : optionTime('timeout', options.timeout),
      )
      if (!options.detach && status === 0) context.out.progress(stays(units))
      return status
    }
    const { performUp } = await import('../up/perform-up.ts')
    return performUp(context, names, options)
  },
})

const stays = (machines: readonly string[]): string =>
  [
    'They run as units of this host, and go on without this command.',
    `"microvm logs -f ${machines[0]}" follows a console, "microvm down" stops them.`,
  ].join(' ')
