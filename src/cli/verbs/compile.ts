import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const compile = defineVerb({
  meta: {
    name: 'compile',
    summary: 'print exactly what would be run',
    positionals: ANY_MACHINES,
    details:
      'Every process with its arguments and every request to the hypervisor, for this host. Values of secrets are marked, never printed.',
    examples: [
      'microvm compile web',
      'microvm compile web --print shell > web.sh',
      'microvm compile web --for cloud-hypervisor',
    ],
  },
  options: {
    print: {
      type: 'string',
      value: 'FORM',
      choices: ['argv', 'json', 'shell'],
      default: 'argv',
      describe: 'arguments, JSON, or a shell script that starts the machine without supervision',
    },
    for: {
      type: 'string',
      value: 'HYPERVISOR',
      choices: ['cloud-hypervisor', 'qemu'],
      describe: 'for another host: one with KVM and this hypervisor, whatever this host has',
    },
  },
  run: async (context, { options, names }) => {
    const { performCompile } = await import('../perform-compile.ts')
    return performCompile(context, names, {
      form: context.globals.json ? 'json' : options.print,
      hypervisor: options.for,
    })
  },
})
