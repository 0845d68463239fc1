import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const console = defineVerb({
  meta: {
    name: 'console',
    summary: "attach this terminal to a machine's console",
    positionals: ONE_MACHINE,
    details:
      'Every key goes to the guest, Ctrl-C too; Ctrl-] leaves. Several people may be attached. With input from a file or\npipe, that is typed and what the guest answers is printed until the machine ends or Ctrl-C.',
    examples: ['microvm console web'],
  },
  options: {},
  run: async (context, { names: [name = ''] }) => {
    const { performConsole } = await import('../perform-console.ts')
    return performConsole(context, name)
  },
})
