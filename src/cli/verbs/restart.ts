import { defineVerb, SOME_MACHINES } from '../verb.ts'

export const restart = defineVerb({
  meta: {
    name: 'restart',
    summary: 'stop machines, and start them again',
    positionals: SOME_MACHINES,
    details:
      'A machine of /etc/microvm is restarted as a unit: systemctl restart microvm@NAME, after the drop-ins were brought up to date with /etc/microvm and\nmissing images were built. Any other as by "microvm down" and "microvm up -d", from the definition here or the one it ran from last.',
    examples: ['microvm restart web', 'sudo microvm restart web'],
  },
  options: {},
  run: async (context, { names }) => {
    const { startMachines } = await import('../start-machines.ts')
    return startMachines(context, 'restart', names)
  },
})
