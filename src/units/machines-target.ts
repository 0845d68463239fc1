import { unitText } from './unit-text.ts'

/** `microvms.target`: all enabled machines; reached when each of them is ready, or has failed. */
export const machinesTarget = (): string =>
  unitText(
    ['microvms.target: all enabled virtual machines. Written by "microvm host install".'],
    [
      {
        name: 'Unit',
        settings: [
          ['Description', 'microVMs'],
          ['Documentation', 'man:systemd.special(7)'],
        ],
      },
      { name: 'Install', settings: [['WantedBy', 'multi-user.target']] },
    ],
  )
