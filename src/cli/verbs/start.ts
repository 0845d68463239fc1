import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const start = defineVerb({
  meta: {
    name: 'start',
    summary: 'start machines, and wait until they are ready',
    positionals: SOME_MACHINES,
    details:
      'A machine of /etc/microvm is started as a unit: systemctl start microvm@NAME, after the drop-ins were brought up to date with /etc/microvm and\nmissing images were built. Any other as by "microvm up -d", from the definition here or the one it ran from last.\nWhen a machine does not start, says why.',
    examples: ['microvm start web', 'sudo microvm start web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { startMachines } = await import('../start-machines.ts')
    return startMachines(context, 'start', names)
  },
})
