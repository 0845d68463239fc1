import type { Verb } from '../verb.ts'
import { defineVerb, NO_NAMES } from '../verb.ts'

const PREFIX = {
  type: 'string',
  value: 'DIR',
  default: '/usr/local',
  describe: 'where the files go: /usr/local, /usr, /etc, or a staging directory',
} as const

const install = defineVerb({
  meta: {
    name: 'host install',
    summary: 'make machines of /etc/microvm units of this host: microvm@NAME.service',
    positionals: NO_NAMES,
    details: [
      'Writes the unit, the target of all enabled machines, the generator that makes drop-ins of definitions, and what they',
      'need of users, directories and polkit. Shows what changes; a second run changes nothing.',
      'Definitions go to /etc/microvm/*.toml. After a change there: systemctl daemon-reload, or the verbs start and restart.',
    ].join('\n'),
    examples: ['sudo microvm host install', 'microvm host install --dry-run'],
  },
  options: {
    'dry-run': { type: 'boolean', describe: 'only show what would change' },
    prefix: PREFIX,
    machined: {
      type: 'boolean',
      describe:
        'register machines with systemd-machined (machinectl); a command of each unit then runs as root. Stays until --no-machined',
    },
    'no-machined': { type: 'boolean', describe: 'do not register them any more' },
  },
  run: async (context, { options }) => {
    const { performHostInstall } = await import('../perform-host.ts')
    return performHostInstall(context, options)
  },
})

const uninstall = defineVerb({
  meta: {
    name: 'host uninstall',
    summary: 'take away what "host install" put on this host',
    positionals: NO_NAMES,
    details:
      'Removes the files that are still as they were installed. Definitions, volumes, logs and images are kept and named.',
    examples: ['sudo microvm host uninstall', 'sudo microvm host uninstall --purge'],
  },
  options: {
    prefix: PREFIX,
    purge: { type: 'boolean', describe: 'remove volumes, logs, records and images of all machines too' },
  },
  run: async (context, { options }) => {
    const { performHostUninstall } = await import('../perform-host.ts')
    return performHostUninstall(context, options)
  },
})

const generate = defineVerb({
  meta: {
    name: 'host generate',
    summary: 'write the drop-ins of all machines (called by systemd at boot and daemon-reload)',
    positionals: { what: 'verb', min: 1, max: 1 },
    details: 'The work of systemd.generator(7): the one word is the directory to write to.',
  },
  options: {},
  run: async ({ out }, { names: [folder = ''] }) => {
    const { generateDropIns } = await import('../../host-install/generate-drop-ins.ts')
    generateDropIns(folder, out.complain)
    return 0
  },
})

const register = defineVerb({
  meta: {
    name: 'host register',
    summary: 'register a machine with systemd-machined (called by its unit, as root)',
    positionals: { what: 'machine', min: 2, max: 2 },
    details: 'The two words are the machine and the main process of its unit. See "host install --machined".',
  },
  options: {},
  run: async (_, { names: [name = '', mainPid = ''] }) => {
    const { performHostRegister } = await import('../perform-host-register.ts')
    return performHostRegister(name, Number(mainPid))
  },
})

export const hostVerbs: readonly Verb[] = [install, uninstall, generate, register]
