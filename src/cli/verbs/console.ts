import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const console = defineVerb({
  meta: {
    name: 'console',
    summary: "attach this terminal to a machine's console",
    positionals: ONE_MACHINE,
    details:
      'Every key goes to the guest, Ctrl-C too; Ctrl-] leaves. Several people may be attached; the guest\'s questions to its\nterminal go to the one who typed last. What was written before is shown again without control sequences.\nThe guest does not see the size of your terminal: the stty command that is shown sets it. With input from a file or pipe,\nthat is typed as soon as the guest is up, and the console is printed until it has been silent for 3 s after the end of\nthe input; "microvm logs -f" follows it for longer.',
    examples: [
      'microvm console web',
      'microvm console web --escape ^a',
      "printf 'root\\n' | microvm console web",
    ],
  },
  options: {
    escape: {
      type: 'string',
      value: 'KEY',
      default: '^]',
      describe: 'key that leaves, e.g. ^a or ctrl-q, or none',
    },
  },
  run: async (context, { options, names: [name = ''] }) => {
    const { performConsole } = await import('../console/perform-console.ts')
    return performConsole(context, name, options)
  },
})
