import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const rm = defineVerb({
  meta: {
    name: 'rm',
    summary: 'remove what stopped machines left: record, logs, with --volumes their volumes',
    positionals: SOME_MACHINES,
    details: [
      'Removes the state directory of each machine but for its volumes, which hold your data. Images of volumes with an absolute path are never touched.',
      'A machine that runs is refused; --force stops it first, as "microvm down --force" does.',
    ].join('\n'),
    examples: ['microvm rm web', 'microvm rm web --volumes', 'microvm rm web --force'],
  },
  options: {
    volumes: { type: 'boolean', describe: 'remove its volumes, too: the data in them is lost' },
    force: { type: 'boolean', describe: 'stop it first, as a power cut' },
  },
  run: async (context, { options, names }) => {
    const { performRm } = await import('../perform-rm.ts')
    return performRm(context, names, options)
  },
})
