import { MicrovmError } from '../../errors/microvm-error.ts'
import { defineVerb } from '../verb.ts'

export const help = defineVerb({
  meta: { name: 'help', summary: 'explain a verb', positionals: { what: 'verb', min: 0, max: 2 } },
  options: {},
  run: async ({ globals, out, verbs }, { names }) => {
    const { helpOf, overview } = await import('../help-text.ts')
    const asked = names.join(' ')
    const verb = verbs.find(({ meta }) => meta.name === asked)
    const group = verbs.filter(({ meta }) => meta.name.startsWith(`${asked} `))
    if (names.length > 0 && verb === undefined && group.length === 0)
      throw new MicrovmError('USAGE', `There is no verb "${asked}".`, {
        fix: '"microvm help" lists all verbs.',
      })
    const told = verb === undefined ? verbs : [verb]
    if (globals.json) out.json(told.map(({ meta, options }) => ({ ...meta, options })))
    else if (verb !== undefined) out.data(helpOf(verb))
    else out.data(group.length > 0 ? group.map(helpOf).join('\n\n') : overview(verbs))
    return 0
  },
})
