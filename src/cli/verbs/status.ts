import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const status = defineVerb({
  meta: {
    name: 'status',
    summary: 'show the units of machines as systemd sees them',
    positionals: ANY_MACHINES,
    details:
      'systemctl status microvm@NAME, of all machine units when none is named. Exit status 3 when one is not active.\nFor machines that run without systemd see "microvm ps".',
    examples: ['microvm status web', 'microvm status --json web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { performStatus } = await import('../units/perform-status.ts')
    return performStatus(context, names)
  },
})
