import { MicrovmError } from '../../errors/microvm-error.ts'
import { defineVerb } from '../verb.ts'

export const help = defineVerb({
  meta: { name: 'help', summary: 'explain a verb', positionals: { what: 'verb', min: 0, max: 2 } },
  options: {},
  run: async ({ globals, out }, { names }) => {
    // Not imported at the top: the table of verbs has this one in it.
    const [{ VERBS }, { helpOf, overview }] = await Promise.all([
      import('../verbs.ts'),
      import('../help-text.ts'),
    ])
    const asked = names.join(' ')
    const verb = VERBS.find(({ meta }) => meta.name === asked)
    const group = VERBS.filter(({ meta }) => meta.name.startsWith(`${asked} `))
    if (names.length > 0 && verb === undefined && group.length === 0)
      throw new MicrovmError('USAGE', `There is no verb "${asked}".`, {
        fix: '"microvm help" lists all verbs.',
      })
    const told = verb === undefined ? VERBS : [verb]
    if (globals.json) out.json(told.map(({ meta, options }) => ({ ...meta, options })))
    else if (verb !== undefined) out.data(helpOf(verb))
    else out.data(group.length > 0 ? group.map(helpOf).join('\n\n') : overview(VERBS))
    return 0
  },
})
